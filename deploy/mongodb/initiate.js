// For mongosh, on the first member of a replica set: makes the set of these members, unless it is made already, and waits
// until this member is its primary.
const { REPLICA_SET, MEMBERS, CONFIGSVR } = process.env;
if (!db.hello().setName) {
  const members = MEMBERS.split(' ').map((host, _id) => ({ _id, host }));
  // The primary whenever it can be: it is the one that takes the first user.
  members[0].priority = 2;
  rs.initiate({ _id: REPLICA_SET, members, ...(CONFIGSVR && { configsvr: true }) });
}
while (!db.hello().isWritablePrimary) sleep(500);
