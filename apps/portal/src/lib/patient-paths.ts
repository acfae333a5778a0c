// The pages that patients see: a file of their own, since no page of the staff asks for most of them.

/** Where a patient finds what is his own, and books and moves it; no page of the staff's leads there. */
export const minePath = (slug: string) => `/${slug}/mine`;
export const mineBookPath = (slug: string) => `/${slug}/mine/book`;
export const mineAccountPath = (slug: string) => `/${slug}/mine/account`;
export const mineMovePath = (slug: string, id: string) => `/${slug}/mine/move/${id}`;

export const mineFilePath = (slug: string, id: string) => `/${slug}/mine/calendar/${id}`;

/** Where anybody books, what he is told afterwards, the same as a file for his calendar, and where he moves it. */
export const publicPath = (slug: string) => `/book/${slug}`;
export const bookedPath = (slug: string) => `/book/${slug}/booked`;
export const bookedFilePath = (slug: string) => `/book/${slug}/booked/calendar`;
export const bookedMovePath = (slug: string) => `/book/${slug}/booked/move`;
/** Where the link of a booking leads: it opens what was booked, in the browser that it is opened in. */
export const bookedLinkPath = (slug: string, token: string) => `/book/${slug}/booked/${token}`;
