/** SHA-256 of this folder's source, held by a test. */
export const checksum = '37612ada31a8434359c84abb78926e36392d246b2741a3283c4e9976d4919b00';
