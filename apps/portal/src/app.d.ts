import type { Context } from '@paper-circe/api';
import type { Locale } from '#lib/paraglide/runtime.js';

declare global {
  /** How the process around the application learns whether a host is a clinic's, before the application is asked. */
  var circeIsClinicDomain: ((domain: string) => Promise<boolean>) | undefined;
  /** Where an installation without a clinic is set up, said with its address once the process around it listens. */
  var circeSetUpPath: string | undefined;
  namespace App {
    interface Error {
      status: number;
      message: string;
      /** What a receptionist reads out to support; the same id stands in the log. */
      requestId?: string;
      /** The clinic of the address is suspended, so that nobody gets in: the title of the page that says so. */
      suspended?: string;
    }
    interface Locals {
      requestId: string;
      locale: Locale;
      /** Of this request, by what stands in the place of the clinic. */
      contexts?: Map<string, Promise<Context>>;
    }
    interface Platform {
      req: import('node:http').IncomingMessage;
    }
  }
}

export {};
