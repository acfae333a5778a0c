/** SHA-256 of this folder's source, held by a test. */
export const checksum = '50d313bf23db78780863355b5be7474393a691887ec9d3eb9a20f969d263d71c';
