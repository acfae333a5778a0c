export { apply, plan, type Plan, type Zone } from './plan.ts';
export type { AdminCommand, Step } from './steps.ts';
