import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';

/** What stands where there is nothing to show: a sentence, and the next step. */
export function Notice(props: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  tone?: 'neutral' | 'bad';
  /** 'h1' where the notice is the whole page. */
  heading?: 'h1' | 'h2';
  className?: string;
}) {
  const Icon = props.icon;
  const bad = props.tone === 'bad';
  const Heading = props.heading ?? 'h2';
  return (
    <div
      role={bad ? 'alert' : undefined}
      className={cx('flex flex-col items-center gap-3 px-6 py-12 text-center', props.className)}
    >
      <span
        className={cx(
          'grid size-11 place-items-center rounded-full',
          bad ? 'bg-bad-soft text-bad' : 'bg-sunken text-muted',
        )}
      >
        <Icon aria-hidden className="size-5" />
      </span>
      <div className="max-w-md space-y-1">
        <Heading className="text-lg font-semibold">{props.title}</Heading>
        {props.children ? <div className="text-muted text-pretty">{props.children}</div> : null}
      </div>
      {props.actions ? <div className="mt-1 flex flex-wrap justify-center gap-2">{props.actions}</div> : null}
    </div>
  );
}
