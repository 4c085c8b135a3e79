import type { ReactNode } from 'react';

/** The heading of a page: what it is, a sentence about it, and what can be done here. */
export function PageHeader(props: {
  title: ReactNode;
  above?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
      <div className="min-w-0 space-y-1">
        {props.above ? <div className="text-sm text-muted">{props.above}</div> : null}
        <h1 className="text-2xl font-semibold tracking-tight break-words">{props.title}</h1>
        {props.description ? <p className="max-w-2xl text-muted text-pretty">{props.description}</p> : null}
      </div>
      {props.actions ? <div className="flex flex-wrap items-center gap-2">{props.actions}</div> : null}
    </header>
  );
}
