export const checksum = '';
