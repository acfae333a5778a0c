// For mongosh, on the machine of a server: makes the user who may do everything, which a server without users takes from
// its own machine only, and the one that the portal is. Run again it only sets the portal's password.
const { CIRCE_DATABASE_ROOT_PASSWORD, CIRCE_DATABASE_PASSWORD } = process.env;
const admin = db.getSiblingDB('admin');
try {
  admin.createUser({ user: 'root', pwd: CIRCE_DATABASE_ROOT_PASSWORD, roles: ['root'] });
} catch (error) {
  // Unauthorized: there are users already, so nobody makes another one before he has signed in.
  if (error.code !== 13) throw error;
}
admin.auth('root', CIRCE_DATABASE_ROOT_PASSWORD);
const portal = { pwd: CIRCE_DATABASE_PASSWORD, roles: [{ role: 'readWrite', db: 'paper-circe' }] };
if (admin.getUser('circe')) admin.updateUser('circe', portal);
else admin.createUser({ user: 'circe', ...portal });
