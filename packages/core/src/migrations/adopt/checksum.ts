/** SHA-256 of this folder's source, held by a test. */
export const checksum = '048f4b3730800ace5d3410b8569f1a56a4528bf8d6a5a3900cd9ec6fd720ff64';
