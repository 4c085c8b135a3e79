import type { ComponentProps, ReactNode } from 'react';
import { cx } from '@/lib/cx';

export function Card({ className, ...props }: ComponentProps<'section'>) {
  return (
    <section className={cx('min-w-0 rounded-xl border border-line bg-surface shadow-card', className)} {...props} />
  );
}

/** A titled card. `note` says in a sentence what is seen: on what, how many, in which role. */
export function Panel(props: {
  title: string;
  note?: ReactNode;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
  flush?: boolean;
}) {
  return (
    <Card className={cx('flex flex-col', props.className)}>
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-4 sm:px-5">
        <div className="min-w-0 space-y-0.5">
          <h2 className="text-base font-semibold">{props.title}</h2>
          {props.note ? <p className="max-w-3xl text-sm text-muted">{props.note}</p> : null}
        </div>
        {props.aside}
      </header>
      <div className={cx('min-w-0 flex-1', props.flush ? 'overflow-hidden rounded-b-xl pt-3' : 'p-4 sm:p-5')}>
        {props.children}
      </div>
    </Card>
  );
}
