import mongoose, { type ClientSession, type Connection, type Document, type Model } from 'mongoose';
import { transactionOptions, type Name, type Peer } from './peer.ts';

const { Schema } = mongoose;
const { Mixed } = Schema.Types;

/** The documented fields and ours, as somebody would declare them. */
const fields: Record<Name, mongoose.SchemaDefinition> = {
  patients: {
    tenantId: { type: String, required: true },
    name: { type: String, required: true },
    phone: { type: String, required: true },
    email: String,
    notes: String,
    lastVisitAt: Date,
    totalVisits: { type: Number, default: 0 },
    isActive: { type: Boolean, default: true },
    searchWords: [String],
    version: Number,
    revision: Number,
  },
  staff: {
    tenantId: { type: String, required: true },
    name: { type: String, required: true },
    role: { type: String, required: true },
    skills: [String],
    workingHours: [String],
    exceptions: [{ _id: false, date: String, hours: [String] }],
    timeOff: [{ _id: false, from: String, to: String, reason: String }],
    rating: Number,
    avatar: String,
    isActive: Boolean,
    version: Number,
    revision: Number,
  },
  treatments: {
    tenantId: { type: String, required: true },
    name: { type: String, required: true },
    category: { type: String, required: true },
    durationMin: { type: Number, required: true },
    price: { type: Number, required: true },
    description: String,
    popularity: Number,
    assignedStaff: [String],
    bufferBeforeMin: Number,
    bufferAfterMin: Number,
    isActive: Boolean,
    version: Number,
    revision: Number,
  },
  bookings: {
    tenantId: { type: String, required: true },
    patientId: { type: String, required: true },
    patientName: String,
    staffId: { type: String, required: true },
    treatmentId: { type: String, required: true },
    startAt: { type: Date, required: true },
    endAt: { type: Date, required: true },
    status: { type: String, enum: ['pending', 'confirmed', 'completed', 'cancelled', 'no-show'] },
    source: { type: String, enum: ['walk-in', 'online'], required: true },
    paymentStatus: { type: String, enum: ['unpaid', 'deposit', 'paid'] },
    notes: String,
    queueNumber: Number,
    paymentMethod: String,
    paymentAmount: Number,
    localDate: String,
    localTime: String,
    treatmentName: String,
    price: Number,
    durationMin: Number,
    bufferBeforeMin: Number,
    bufferAfterMin: Number,
    payments: [{ _id: false, method: String, amount: Number, at: Date, localDate: String }],
    holding: Boolean,
    holds: { type: [{ _id: false, r: String, t: Number }], default: undefined },
    lastChange: Mixed,
    version: Number,
    revision: Number,
  },
  counters: {
    tenantId: { type: String, required: true },
    name: { type: String, required: true },
    value: Number,
  },
  auditEvents: {
    tenantId: { type: String, required: true },
    at: Date,
    actor: Mixed,
    action: String,
    collection: String,
    documentId: String,
    documentRevision: Number,
    changes: Mixed,
    sealed: Boolean,
    version: Number,
    revision: Number,
  },
};

export async function mongoosePeers(uri: string, dbName: string): Promise<Peer<ClientSession>[]> {
  const connection = await mongoose
    .createConnection(uri, { dbName, autoIndex: false, autoCreate: false })
    .asPromise();
  const model = (name: Name) =>
    connection.model(
      name,
      new Schema(fields[name], { timestamps: true, suppressReservedKeysWarning: true }),
      name,
    );
  const models: Record<Name, Model<Document>> = {
    patients: model('patients'),
    staff: model('staff'),
    treatments: model('treatments'),
    bookings: model('bookings'),
    counters: model('counters'),
    auditEvents: model('auditEvents'),
  } as unknown as Record<Name, Model<Document>>;
  return [
    peerOf('mongoose documents', connection, models, false),
    peerOf('mongoose lean', connection, models, true),
  ];
}

function peerOf(
  name: string,
  connection: Connection,
  models: Record<Name, Model<Document>>,
  lean: boolean,
): Peer<ClientSession> {
  const options = (session?: ClientSession) => ({ lean, ...(session && { session }) });
  const after = { returnDocument: 'after' } as const;
  return {
    name,
    transaction: (work) => connection.transaction((session) => work(session), transactionOptions),
    one: (name, filter, session) => models[name].findOne(filter, null, options(session)),
    many: (name, filter, { projection, ...rest }, session) =>
      models[name].find(filter, projection ?? null, { ...rest, ...options(session) }),
    async add(name, document, session) {
      const [added] = lean
        ? await models[name].insertMany([document], { session, lean: true })
        : await models[name].create([document], { session });
      return added as never;
    },
    change: (name, filter, update, session) =>
      models[name].findOneAndUpdate(filter, update, { ...options(session), ...after }),
    upsert: (name, filter, update, session) =>
      models[name].findOneAndUpdate(filter, update, { ...options(session), ...after, upsert: true }),
    close: () => connection.close(),
  };
}
