import type { ReactNode } from 'react';
import { Card } from '@/components/ui/card';
import { Logo } from '@/features/shell/logo';

/** The narrow card that signing in and setting up share. */
export function AuthCard({
  title,
  description,
  children,
}: {
  title: string;
  description: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="mx-auto w-full max-w-md py-6 sm:py-14">
      <Card className="p-6 sm:p-8">
        <Logo className="mb-5 size-9 text-accent" />
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 mb-6 text-muted text-pretty">{description}</p>
        {children}
      </Card>
    </div>
  );
}
