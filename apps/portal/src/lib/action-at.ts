/** Where a form is posted to that goes on to another state of its page: an address of `hrefWith`, with its fragment. */
export function actionAt(href: string, action: string): string {
  const [, query = '', fragment = ''] = /^[^?#]*\??([^#]*)(#.*)?$/.exec(href) ?? [];
  return `?/${action}${query ? `&${query}` : ''}${fragment}`;
}
