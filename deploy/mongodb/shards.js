// For mongosh, on a mongos after users.js: adds the shards that the cluster does not have yet.
const { SHARDS } = process.env;
const known = db.adminCommand({ listShards: 1 }).shards.map(({ _id }) => _id);
for (const shard of SHARDS.split(' ')) {
  if (!known.includes(shard.split('/')[0])) sh.addShard(shard);
}
