// What core may ask of a collection, as types: the portable dialect, in which neither the tenant nor anything that
// runs code or leaves the collection can be named. The handle holds to it at run time too.
import type { Collection, TenantDocument } from './collections.ts';
import type { Forbidden } from './dialect.ts';

/** What the handle writes, and nobody else. */
export type Given = 'id' | 'tenantId' | 'createdAt' | 'updatedAt' | 'version' | 'revision';

/** Also refuses what a variable brings along, which is not looked at where only its known fields are asked for. */
type Without<Name extends string> = { readonly [Key in Name]?: never };

/** What the writer of a new document says; the rest is written by the handle. */
export type NewDocument<Document extends TenantDocument> = Fieldset<Document> & Without<Given | '_id'>;

/** Its own fields; an optional one that is undefined is none. */
type Fieldset<Document extends TenantDocument> = {
  readonly [Key in keyof Omit<Document, Given>]:
    | Document[Key & keyof Document]
    | (object extends Pick<Document, Key & keyof Document> ? undefined : never);
};

type Element<Value> = Value extends readonly (infer Item)[] ? Value | Item : Value;

export type Condition<Value> =
  | Value
  | {
      readonly $eq?: Value;
      readonly $ne?: Value | null;
      readonly $gt?: Value;
      readonly $gte?: Value;
      readonly $lt?: Value;
      readonly $lte?: Value;
      readonly $in?: readonly Value[];
      readonly $nin?: readonly Value[];
      readonly $exists?: boolean;
      readonly $regex?: string;
      readonly $elemMatch?: Fields;
    };

/** A filter in the portable dialect. The tenant cannot be named: the handle adds it. */
export type Filter<Document extends TenantDocument> = {
  readonly [Key in Exclude<keyof Document, 'tenantId'>]?: Condition<Element<NonNullable<Document[Key]>>>;
} & {
  readonly $and?: readonly Filter<Document>[];
  readonly $or?: readonly Filter<Document>[];
  readonly $nor?: readonly Filter<Document>[];
} & Without<'tenantId' | Forbidden>;

/** An optional field that is set to undefined is taken away. */
type Settable<Document extends TenantDocument> = Partial<Fieldset<Document>> & Without<Given>;

type Marked<Document extends TenantDocument, Mark> = {
  readonly [Key in Exclude<keyof Document, Given>]?: Mark;
} & Without<Given>;

/** Every other operator of an update, so that no variable brings one along. */
type OtherChange =
  | '$rename' | '$push' | '$addToSet' | '$pull' | '$pullAll' | '$pop' | '$mul' | '$min' | '$max' | '$bit'
  | '$currentDate'; // prettier-ignore

/** Changes in the portable dialect. The handle adds `updatedAt` and the next `revision`. */
export type Update<Document extends TenantDocument> = {
  readonly $set?: Settable<Document>;
  readonly $unset?: Marked<Document, true>;
  readonly $inc?: Marked<Document, number>;
  readonly $setOnInsert?: Settable<Document>;
} & Without<OtherChange>;

export type Sort<Document extends TenantDocument> = { readonly [Key in keyof Document]?: 1 | -1 };

/** Whatever stands in a stage, at any depth. */
export type Body = string | number | boolean | Date | null | undefined | readonly Body[] | Fields;
type Fields = { readonly [field: string]: Body } & Without<'tenantId' | Forbidden>;

type StageName =
  | '$match' | '$project' | '$set' | '$unset' | '$sort' | '$limit' | '$skip'
  | '$group' | '$unwind' | '$count' | '$facet' | '$replaceRoot' | '$join'; // prettier-ignore

type Only<Name extends StageName, Inside> = { readonly [Key in Name]: Inside } & Without<
  Exclude<StageName, Name> | Forbidden
>;

/** Stages that a caller may send; `$match` on the tenant is put before them, and joins are the handle's own. */
export type Stage =
  | { [Name in Exclude<StageName, '$facet' | '$join'>]: Only<Name, Body> }[Exclude<StageName, '$facet' | '$join'>]
  | Only<'$facet', Readonly<Record<string, readonly Stage[]>>>
  | Only<'$join', Join>; // prettier-ignore

/** Becomes a `$lookup` that stays inside the tenant. */
export interface Join {
  readonly from: Collection<TenantDocument>;
  readonly localField: string;
  readonly foreignField: string;
  readonly pipeline: readonly Stage[];
  readonly as: string;
}
