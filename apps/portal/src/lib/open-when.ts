/**
 * Opens a `<details>` when something is to be seen in it: `<details {...openWhen(refused)}>`. As an attribute of its own
 * it would be set again when the script comes, and close what somebody has opened before.
 */
export const openWhen = (wanted: unknown): { open?: true } => (wanted ? { open: true } : {});
