'use client';

import { Download } from 'lucide-react';
import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { type Fact, Facts } from '@/components/ui/facts';
import { Hash } from '@/components/ui/hash';
import { Time } from '@/components/ui/time';
import { useApi } from '@/data/api-provider';
import { bytes, count } from '@/lib/format';
import { routes } from '@/lib/routes';
import { methodFacts } from './hyperparameters';

interface Props {
  readonly slug: string;
  readonly model: {
    readonly id: string;
    readonly createdAt: string;
    readonly stepKey?: string | null;
    readonly parameterCount?: number | null;
    readonly artifact?: { readonly hash: string; readonly bytes: number } | null;
    readonly run?: { readonly id: string; readonly name: string } | null;
    /** Of a soup: where its method comes from, and what proves it. */
    readonly methodSource?: string | null;
    readonly certificate?: { readonly hash: string; readonly bytes: number } | null;
  };
  /** Parameters of the method, shown with the rest; for models whose hyperparameters have a panel of their own, none. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Where a model comes from: enough to make it again, or to check that one has it. */
export function Provenance({ slug, model, parameters = {} }: Props) {
  const { url } = useApi();
  const { artifact, certificate, run } = model;
  const blob = (hash: string) => `${url}/blobs/${hash}?lab=${encodeURIComponent(slug)}`;
  const facts: Fact[] = [
    { name: 'Made', value: <Time value={model.createdAt} /> },
    ...(run
      ? [
          {
            name: 'Run and recipe',
            value: (
              <Link className="link" href={`${routes.run(slug, run.id)}?model=${encodeURIComponent(model.id)}`}>
                {run.name}
              </Link>
            ),
          },
        ]
      : []),
    ...(model.stepKey ? [{ name: 'Step key', value: <Hash value={model.stepKey} what="step key" /> }] : []),
    ...(artifact
      ? [
          {
            name: model.parameterCount ? 'Checkpoint' : 'Member list',
            value: (
              <span className="inline-flex flex-wrap items-center justify-end gap-2">
                {bytes(artifact.bytes)}
                <Hash value={artifact.hash} what="SHA-256" />
                <a className="link inline-flex items-center gap-1" href={blob(artifact.hash)}>
                  <Download aria-hidden className="size-3.5" /> {model.parameterCount ? 'safetensors' : 'JSON'}
                </a>
              </span>
            ),
          },
        ]
      : []),
    ...(certificate
      ? [
          {
            name: 'Certificate',
            value: (
              <span className="inline-flex flex-wrap items-center justify-end gap-2">
                {bytes(certificate.bytes)}
                <Hash value={certificate.hash} what="SHA-256" />
                <a
                  className="link inline-flex items-center gap-1"
                  href={blob(certificate.hash)}
                  title="Check the checkpoint against it offline: stockpot verify CHECKPOINT --certificate FILE"
                >
                  <Download aria-hidden className="size-3.5" /> JSON
                </a>
              </span>
            ),
          },
        ]
      : []),
    ...(model.methodSource ? [{ name: 'Method from', value: model.methodSource }] : []),
    ...(model.parameterCount ? [{ name: 'Parameters', value: count(model.parameterCount) }] : []),
    ...methodFacts(parameters),
  ];
  return (
    <Panel title="Provenance" note="Equal step keys make equal bytes on the same device class.">
      <Facts facts={facts} />
    </Panel>
  );
}
