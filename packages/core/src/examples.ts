/** What somebody could write, for messages that say what is expected and commands that show what they take. */
export const examples = {
  id: '0123456789abcdef01234567',
  day: '2026-11-24',
  /** With the offset of a clinic's own zone, as a person writes it. */
  instant: '2026-11-24T10:00+07:00',
  /** The same one as programs write it. */
  utc: '2026-11-24T03:00:00Z',
  email: 'ayu@clinic.example',
  address: 'https://clinic.example/logo.png',
} as const;
