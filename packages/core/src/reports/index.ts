export { busiestHours, type HourOfWeek } from './busiest-hours.ts';
export type { Money, Sum } from './money.ts';
export { newAndReturning, type PatientsReport } from './patients.ts';
export { occupancy, type Occupancy, type OccupancyReport } from './occupancy.ts';
export { outcomes, type Outcomes, type OutcomesReport } from './outcomes.ts';
export { ReportRange } from './range.ts';
export { receipts } from './receipts.ts';
export { revenue } from './revenue.ts';
