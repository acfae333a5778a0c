/**
 * Selects what a field holds and copies it; false when the browser will not. On the plain http of a clinic's own network
 * there is no clipboard but the old way.
 */
export async function copied(field: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
  field.select();
  return (
    (await navigator.clipboard?.writeText(field.value).then(
      () => true,
      () => false,
    )) || document.execCommand('copy')
  );
}
