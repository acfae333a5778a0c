// For the bench, which stands a bucket up too.
export * from '@paper-circe/testing/s3';
