/** In which zone the platform's own times are told: it is no clinic, and most of its clinics live by this one. */
export const platformZone = 'Asia/Jakarta';
