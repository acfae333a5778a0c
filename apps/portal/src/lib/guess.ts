/** What somebody searched for and did not find, as the beginning of a new record: a number or a name. */
export function guessPatient(text: string): { name?: string; phone?: string } {
  const typed = text.trim();
  if (!typed) return {};
  return /^[+\d\s().-]{3,}$/.test(typed) ? { phone: typed } : { name: typed };
}
