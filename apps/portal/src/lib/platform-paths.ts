/** The pages of those who run the installation. */
export const platformPaths = {
  clinics: '/platform',
  newClinic: '/platform/new',
  administrators: '/platform/administrators',
  newAdministrator: '/platform/administrators/new',
  administrator: (id: string) => `/platform/administrators/${id}`,
  tokens: '/platform/tokens',
  audit: '/platform/audit',
  account: '/platform/account',
  clinic: (id: string) => `/platform/clinics/${id}`,
};
