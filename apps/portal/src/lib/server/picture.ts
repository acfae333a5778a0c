/** A form with a picture; one that is longer than any picture is not read to its end, and so holds nothing. */
export const pictureForm = (request: Request): Promise<FormData> =>
  request.formData().catch(() => new FormData());

/** The picture of a form as the API takes it, in base64; empty where there is none. */
export async function pictureIn(form: FormData): Promise<string> {
  const file = form.get('picture');
  const bytes = file instanceof File ? await file.arrayBuffer() : new ArrayBuffer();
  return Buffer.from(bytes).toString('base64');
}
