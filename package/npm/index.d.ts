import type { AppAuth } from "./app-auth.js";
import type { Input } from "./input.js";

export type { AppAuth, Input };

/** An object of Kubernetes. */
export interface Manifest {
  apiVersion?: string;
  kind?: string;
  metadata?: Metadata;
  [field: string]: unknown;
}

/** What every object of Kubernetes has. */
export interface Metadata {
  name?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  [field: string]: unknown;
}

/** A text with a name. */
export interface File {
  /** What findings call it. Files of one folder belong together. */
  name: string;
  /** YAML, or JSON. */
  text: string;
}

/** Manifests: YAML with any number of documents, a file of it, or a plain object. */
export type Source = string | File | Manifest | AppAuth | Input;

/** One source or many. */
export type Sources = Source | readonly Source[];

/** What AppAuths are rendered and checked with. */
export interface Settings {
  /** The platform team's Input. */
  input?: Sources;
  /** The Composition, whose Input is taken where no Input is given. */
  composition?: Sources;
  /** Composed resources as observed, with the annotation crossplane.io/composition-resource-name. */
  observed?: Sources;
  /** Resources of the cluster that are only read: an existing user pool, and the Secrets of identity providers. */
  requiredResources?: Sources;
  /** Schemas that judge in place of the built-in ones: CRDs, XRDs and OpenAPI v3 documents. */
  crds?: Sources;
  /**
   * Crossplane's major version: 1 takes a namespaced AppAuth for a claim, 2 for a composite resource. An XRD, the
   * Composition and the Input say so better. Default 1.
   */
  crossplane?: 1 | 2;
}

/** Something that is wrong, or could be better. */
export interface Finding {
  severity: "error" | "advice";
  /** What it is about: `composite`, `input`, `manifest`, or the name of a composed resource. */
  document: string;
  /** Where in it, such as `spec.clients[0].callbackUrls`. */
  path: string;
  /** What is wrong with which value. */
  problem: string;
  /** What would be right. */
  remedy: string;
  /** All of that in one sentence. */
  message: string;
  /** The rule of Cognito that it breaks, if it is one. */
  rule: string | null;
  /** The file that it is in: by its name, or by the argument, such as `manifests` or `input[0]`. */
  file: string | null;
  /** The line, from 1. Of what was given as an object there is none. */
  line: number | null;
  /** The column, from 1, in characters. */
  column: number | null;
}

/** What AppAuths become. */
export interface Rendered {
  /** Each AppAuth with its status, followed by its composed resources; none where something is wrong. */
  resources: Manifest[];
  /** The same as YAML. */
  yaml: string;
  findings: Finding[];
  /** How each AppAuth was read and by which Input it was judged, a line each. */
  notes: string[];
}

/** What was checked, and what was found. */
export interface Report {
  /** How many documents were checked. */
  checked: number;
  documents: CheckedDocument[];
  findings: Finding[];
  /** How each AppAuth was read and by which Input it was judged, a line each. */
  notes: string[];
}

export interface CheckedDocument {
  file: string;
  /** What it is called, such as `XAppAuth/storefront`. */
  document: string;
  /** Which rules and schemas judged; null where it did not come to that. */
  against: string | null;
}

/** A picture of what AppAuths become. */
export interface Picture {
  /** The text of the picture; empty where something is wrong. */
  picture: string;
  findings: Finding[];
  /** How each AppAuth was read and by which Input it was judged, a line each. */
  notes: string[];
}

/** What an AppAuth is made for. */
export interface Target {
  /** The API group of AppAuth, of the platform team's choice. */
  group?: string;
  /** Crossplane's major version: 1 has claims. Default 1, with a scope 2. */
  crossplane?: 1 | 2;
  /** The scope, for Crossplane 2. Default Cluster. */
  scope?: "Cluster" | "Namespaced";
}

/**
 * Renders the AppAuths among manifests. What is wrong with them are findings.
 * @throws Error if there is no AppAuth, or no Input, Composition or schema in what was given for one.
 * @throws TypeError if an argument is of another type.
 */
export function render(manifests: Sources, settings?: Settings): Rendered;

/**
 * Checks AppAuths, Inputs and Compositions; with `crds`, manifests of any kind.
 * @throws Error if there is nothing to check, or no Input, Composition or schema in what was given for one.
 * @throws TypeError if an argument is of another type.
 */
export function validate(manifests: Sources, settings?: Settings): Report;

/**
 * Draws what the AppAuths among manifests become, and what points at what.
 * @throws Error if there is no AppAuth, more than one for an SVG document, or no Input, Composition or schema in what was given for one.
 * @throws TypeError if an argument is of another type.
 */
export function graph(
  manifests: Sources,
  settings?: Settings & { output?: "mermaid" | "dot" | "svg" },
): Picture;

/**
 * The CompositeResourceDefinition of AppAuth.
 * @throws Error if there is no such form of it.
 */
export function xrd(target?: Target): Manifest;

/**
 * The JSON Schema of AppAuth or Input, for editors.
 * @throws Error if there is no such form of it.
 */
export function schema(kind: "AppAuth" | "Input", target?: Target): Record<string, unknown>;
