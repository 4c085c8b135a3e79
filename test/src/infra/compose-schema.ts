import { z } from 'zod';

const strings = z.array(z.string().min(1));
const mapOfStrings = z.record(z.string(), z.string());

/** The part of the Compose Specification that infra/compose.yaml uses, strict, so that a misspelt key is an error. */
const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  cap_drop: strings.optional(),
  security_opt: strings.optional(),
  tmpfs: strings.optional(),
  working_dir: z.string().startsWith('/').optional(),
  command: strings.optional(),
  environment: mapOfStrings.optional(),
  volumes: z.array(z.string().regex(/^[a-z]+:\/[\w/]+$/)).optional(),
  networks: strings,
  ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)).optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) }),
    )
    .optional(),
  healthcheck: z
    .strictObject({ test: strings, interval: z.string(), timeout: z.string(), retries: z.int().positive() })
    .optional(),
});

export const composeSchema = z.strictObject({
  name: z.string(),
  'x-stockpot': z.unknown(),
  'x-environment': z.unknown(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({})),
  volumes: z.record(z.string(), z.strictObject({})),
});

export type Compose = z.infer<typeof composeSchema>;
