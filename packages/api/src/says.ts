// What each procedure does, in a sentence for whoever reads the table of procedures or asks `circe` for help.
import type { PlatformRouter, TenantRouter } from './root.ts';

/** A sentence for every procedure of a router, under its name. */
type Says<Procedures> = {
  readonly [Name in keyof Procedures]: Procedures[Name] extends { readonly _def: object }
    ? string
    : Says<Procedures[Name]>;
};

const auth: Says<TenantRouter['_def']['record']['auth']> = {
  login: 'Signs in with an email address and a password, and answers with the session as a cookie.',
  passwordLink: 'Tells whose password a one-time link is for.',
  choosePassword:
    'Sets the password of whoever has a one-time link, uses it up, and signs him out everywhere.',
  changePassword: "Changes one's own password, and ends all other sessions.",
  sessions: "Lists one's own sessions, the newest first.",
  revokeSession: "Ends one of one's own sessions.",
  revokeOtherSessions: "Ends all of one's own sessions but this one.",
  me: 'Tells who is signed in.',
  logout: 'Ends this session.',
};

const clinic: Says<TenantRouter['_def']['record']> = {
  auth,
  clinic: {
    current:
      'Tells what anybody may know of the clinic: name, looks, currency, time zone and its present day.',
    settings: 'Tells all of the clinic: its name, limits and settings.',
    usage: "Counts active users and this month's bookings, with the limit of each.",
    configure: 'Changes the name or the settings of the clinic; what is not named stays.',
    uploadLogo: "Makes a picture (PNG, JPEG or WebP in base64) the clinic's logo.",
  },
  patients: {
    findByTenant: 'Lists the active patients, the newest first.',
    findByTenantAndPhone:
      'Finds the patient with a phone number in any spelling, active or not; nothing if there is none.',
    findByPhones: 'Finds the patients of up to 100 phone numbers, each in the place of its number.',
    findByIds: 'Finds the patients of up to 500 ids, in no particular order.',
    findInactive: 'Lists the patients who were deactivated, the newest first.',
    search: 'Finds patients by a part of the name, a phone number or the beginning of an email address.',
    suggestDuplicates: 'Lists up to 20 patients who may be the same person as this one.',
    history: 'Tells all that is known of a patient: visits, payments, spending and changes.',
    get: 'Tells of one patient, active or not.',
    register: "Adds a patient; his phone number must be nobody else's.",
    registerMany: 'Adds up to 100 patients; one that is refused keeps no other one from being added.',
    update: "Changes a patient's record, and a new name in all of his bookings.",
    merge: 'Makes one patient of two records of the same person, with the visits of both. There is no undo.',
    deactivate: 'Takes a patient off the lists and keeps everything; refused while bookings are to come.',
    erase:
      'Takes away for good all that tells who a patient is, also in bookings and the audit. There is no undo.',
    restore: 'Puts a patient who was deactivated back on the lists.',
  },
  staff: {
    findByTenant: 'Lists the active staff, by name.',
    findByTenantAndRole: 'Lists the active staff with a job, by name.',
    findByTenantAndSkill: 'Lists the active staff with a skill, by name.',
    findAvailableForTreatment: 'Lists the active staff who perform the treatment of a name.',
    get: 'Tells of one staff member, active or not.',
    add: 'Adds a staff member, with weekly working hours such as "mon 09:00-12:00".',
    findInactive: 'Lists the staff who were deactivated, by name.',
    findUncovered:
      "Lists a staff member's bookings to come that lie outside of his hours, the next one first.",
    update: 'Changes a staff member: job, skills, hours, leave, rating. Bookings stay where they are.',
    uploadAvatar: 'Makes a picture (PNG, JPEG or WebP in base64) the one that a staff member is shown by.',
    undo: 'Takes back the last update of a staff member, within 15 minutes.',
    addTimeOff: 'Enters leave, from one day to another, both included. Bookings in it stay where they are.',
    removeTimeOff: 'Takes back leave of exactly these days.',
    setException: 'Gives one day other hours than the weekly ones; none make it a day off.',
    removeException: 'Gives a day its weekly hours again.',
    setTreatments:
      'Says which treatments a staff member performs: these and no others. Answers how many changed.',
    deactivate: 'Takes a staff member off the lists and the calendar; refused while bookings are to come.',
    restore: 'Puts a staff member who was deactivated back on the lists and the calendar.',
  },
  treatments: {
    findByTenant: 'Lists the active treatments, in the order of the price list.',
    findByTenantAndCategory: 'Lists the active treatments of a category, in the order of the price list.',
    findByTenantAndStaff: 'Lists the active treatments that a staff member performs.',
    get: 'Tells of one treatment, active or not.',
    add: 'Adds a treatment to the price list: durations and buffers in minutes, the price in the smallest unit (rupiah, cents).',
    findInactive: 'Lists the treatments that were deactivated, by category and name.',
    findCategories: 'Lists the categories of the price list, in its order.',
    update:
      'Changes a treatment for what is booked from now on; bookings keep the price and duration they were made with.',
    undo: 'Takes back the last update of a treatment, within 15 minutes.',
    reorder:
      'Puts the price list into an order; treatments of one category stay together. Answers how many moved.',
    renameCategory: 'Renames a category in all of its treatments. Answers how many were in it.',
    deactivate: 'Takes a treatment off the price list; what was booked before is still done.',
    restore: 'Puts a treatment that was deactivated back on the price list.',
  },
  bookings: {
    findByTenant: 'Lists all bookings, the latest start first.',
    findByTenantAndDate: 'Lists every booking of a day of the clinic, whatever its status, by time.',
    findTodays: "Lists today's pending and confirmed bookings, by time.",
    findPending: 'Lists the bookings to come that wait to be confirmed, the soonest first.',
    countLeftOpen:
      'Counts the bookings of earlier days of which nobody has said what became of them, up to 50.',
    countPending: 'Counts the bookings to come that wait to be confirmed, up to 50.',
    findLeftOpen:
      'Lists the bookings of earlier days of which nobody has said what became of them, the latest first.',
    findWalkInsByTenant: 'Lists the walk-ins, the newest first.',
    findVisitHistory: "Lists a patient's completed bookings, the latest first.",
    findByPatient: 'Lists all that a patient ever booked, the latest start first.',
    findByIds: 'Finds the bookings of up to 500 ids, in no particular order.',
    get: 'Tells of one booking, whatever its status.',
    findByVisit: 'Lists the bookings of one visit, by time.',
    book: 'Books a treatment and holds its time; refused with every reason when it is not free.',
    importAppointments:
      'Books up to 20 appointments that another system kept; one that is refused keeps no other one from being booked.',
    importPast:
      'Writes a booking that is over, as another system kept it; a completed one is paid and counts as a visit.',
    importHistory:
      'Writes up to 100 bookings that are over; one that is refused keeps no other one from being written.',
    reschedule: 'Moves a booking to another time or staff member; its old time is free again.',
    setDuration:
      'Makes a booking longer or shorter, in minutes; the price stays, and what follows in its visit begins later.',
    bookVisit: 'Books several treatments one after another as one visit, all or none.',
    rescheduleVisit: 'Moves what is to come of a visit to another start, all of it or nothing.',
    confirmVisit: 'Confirms what is pending of a visit.',
    cancelVisit: 'Cancels what is to come of a visit, and frees its time.',
    undoVisit: 'Takes back the last act on a whole visit.',
    rearrange: 'Moves and cancels several bookings, all of it or nothing.',
    undoRearrange: 'Takes back what rearrange did, all of it or nothing.',
    giveLink: 'Makes a link by which a patient sees, moves and cancels a booking; the one before it ends.',
    confirm: 'Confirms a pending booking.',
    arrive:
      'Notes that the patient of an appointment has arrived, and waits: for all that he comes for at once of his visit, which it confirms.',
    cancel: 'Cancels a booking, and frees its time.',
    complete:
      "Completes a booking: takes the balance, counts the patient's visit, and frees what is left of the time.",
    noShow: 'Notes that a patient did not come, and frees the time.',
    pay: 'Takes money for a booking, in the smallest unit of the currency (rupiah, cents): a deposit until the price has come in.',
    refund:
      'Gives money back, in the smallest unit of the currency (rupiah, cents), as a payment of its own today.',
    correctPayment: 'Corrects how one payment was made, on the day it came in and before that day is closed.',
    undo: 'Takes back the last act on a booking; its time is held again.',
  },
  queue: {
    findToday: "Lists today's walk-ins who are not done, by queue number, with the wait of each in minutes.",
    numbers: "Lists the same for a screen in the waiting room: numbers, and nobody's name.",
    join: 'Takes a walk-in: holds the earliest free time, and gives the next queue number of the day.',
    callIn: 'Calls a waiting walk-in; the booking moves to now when its staff member is free.',
    skip: 'Passes over a walk-in who was called and did not come: it waits again with its number.',
    start:
      'Notes that a treatment has begun; for what else he comes for at once of a visit its patient has arrived by it.',
  },
  availability: {
    search: 'Lists the free times of a treatment, day by day: each with who is free then, under "slots".',
    explain: 'Tells why a time is not offered, with all the reasons.',
    nextFree: 'Tells for each of the staff the next moment without a booking for so many minutes.',
    visits:
      'Lists the times at which all treatments of a visit fit, day by day: each with its steps, under "starts".',
    searchMoves:
      "Tells where the open bookings of a staff member's day could go when that day does not take place.",
    explainVisit: 'Tells why a visit cannot begin at a time, step by step.',
    explainDuration: 'Tells whether a booking can last so many minutes, and how long it can at most.',
  },
  dayCloses: {
    till: 'Tells what came in and was given back on a day, what is still unpaid, and how the day was closed.',
    findByTenant: 'Lists the days that were closed, the latest first.',
    close:
      'Closes a day at the till, with the cash that was counted, in the smallest unit of the currency (rupiah, cents).',
    reopen: 'Opens a closed day again, so that it can be counted anew.',
  },
  reports: {
    revenue: 'Tells what was earned from one day to another: the price of completed bookings, less refunds.',
    receipts: 'Tells what came in from one day to another: payments on the day they were made, less refunds.',
    occupancy: 'Tells how much of their working time the staff were booked, from one day to another.',
    outcomes: 'Counts completed, cancelled and missed bookings, from one day to another.',
    newAndReturning:
      'Counts patients who came for the first time, and who came back, from one day to another.',
    busiestHours: 'Tells in which hours of the week treatments begin, the busiest first.',
  },
  users: {
    findByTenant: "Lists the clinic's users, by email address.",
    findByPatient: 'Lists the accounts with which a patient signs in.',
    signedIn: 'Tells who of some users is signed in now, and since when.',
    add: 'Adds somebody who can sign in with a password; he counts against the limit of users.',
    invite: 'Adds somebody who chooses his password by a one-time link, which is shown once.',
    allowReset:
      'Makes a one-time link for another password; it is shown once, and the old password is good until then.',
    get: 'Tells of one user.',
    update: "Changes a user's name, email address or patient.",
    changeRole: "Changes a user's role, and signs him out everywhere.",
    setPassword: 'Gives a user another password, and signs him out everywhere.',
    deactivate: 'Lets a user sign in no more, and signs him out everywhere.',
    reactivate: 'Lets a user sign in again.',
  },
  sessions: {
    findByUser: "Lists a user's sessions, the newest first.",
    revoke: "Ends one of a user's sessions.",
    revokeAll: "Ends all of a user's sessions.",
  },
  apiTokens: {
    findByTenant:
      'Lists the API tokens without their secrets, the newest first, also those that have run out.',
    create: 'Makes an API token with scopes such as bookings:read; its secret is shown once.',
    revoke: 'Ends an API token at once.',
  },
  audit: {
    find: 'Lists what was done at the clinic, by whom and when, the latest first.',
    firstBrokenLink:
      "Reads the clinic's whole audit again; answers the number of the first event that was tampered with, or nothing.",
    historyOf: 'Lists what was done to one document, the latest first.',
  },
  live: {
    position: 'Tells the number of the last event, from which to listen on.',
    events: 'Tells of each change as it happens, from now or from after an event.',
  },
  me: {
    profile: "Tells one's own record as a patient.",
    changeContact: "Changes one's own email address or language.",
    findUpcoming: "Lists one's own bookings to come, the next one first.",
    findPast: "Lists one's own bookings that have begun, the latest first.",
    appointment: "Tells of one's own booking, with all of its visit.",
    findTreatments: 'Lists the treatments to choose from, in the order of the price list.',
    findStaff: 'Lists the staff to choose from, by name.',
    freeTimes: 'Lists the times at which one can have some treatments one after another, day by day.',
    timesToMove: "Lists the times to which one can move one's own booking, day by day.",
    book: 'Books some treatments for oneself; the clinic confirms them.',
    reschedule: "Moves one's own booking, with all of its visit, while the clinic allows it.",
    cancel: "Cancels one's own booking, with all of its visit, while the clinic allows it.",
  },
  publicPage: {
    findTreatments: 'Lists the treatments of the public page, in the order of the price list.',
    findStaff: 'Lists the staff of the public page, by name.',
    freeTimes:
      'Lists the times of the public page at which some treatments fit one after another, day by day.',
    book: 'Books some treatments for whoever has a phone number; the clinic confirms them.',
  },
  byLink: {
    get: 'Tells of the booking of a link, with all of its visit.',
    timesToMove: 'Lists the times to which the booking of a link can be moved, day by day.',
    reschedule: 'Moves the booking of a link, with all of its visit, while the clinic allows it.',
    cancel:
      'Cancels the booking of a link, with all of its visit, while the clinic allows it; the link ends.',
  },
};

const platform: Says<PlatformRouter['_def']['record']> = {
  auth,
  tenants: {
    findActive: 'Lists the active clinics, by name.',
    findSuspended: 'Lists the suspended clinics, by name.',
    search: 'Lists clinics by name, with how much of its limits each uses.',
    get: 'Tells all of one clinic.',
    create: 'Creates a clinic; nobody can sign in to it yet.',
    provision: 'Creates a clinic and invites who runs it, both or neither; the one-time link is shown once.',
    inviteAgain: 'Makes another one-time link for who was invited to run a clinic; the one before it ends.',
    update: "Changes a clinic's address, limits, domain or settings; what is not named stays.",
    suspend: 'Closes a clinic to everybody at once, and keeps all of its data.',
    activate: 'Opens a suspended clinic again.',
  },
  users: {
    findByTenant: 'Lists who runs the installation, by email address.',
    signedIn: clinic.users.signedIn,
    get: clinic.users.get,
    invite: clinic.users.invite,
    allowReset: clinic.users.allowReset,
    update: "Changes a user's name or email address.",
    deactivate: clinic.users.deactivate,
    reactivate: clinic.users.reactivate,
  },
  sessions: clinic.sessions,
  apiTokens: clinic.apiTokens,
  audit: {
    find: 'Lists what was done to the installation and its clinics, by whom and when, the latest first.',
  },
};

/** The sentence of a procedure such as `bookings.book`. */
export function saysOf(of: 'clinic' | 'platform', path: string): string {
  const [group = '', name = ''] = path.split('.');
  const groups: Readonly<Record<string, Readonly<Record<string, string>>>> =
    of === 'clinic' ? clinic : platform;
  return groups[group]?.[name] ?? '';
}
