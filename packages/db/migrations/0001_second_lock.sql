-- The role of the second lock: may read and write tenant rows of the lab in `stockpot.lab_id`, owns nothing, logs in nowhere.
-- Roles belong to the server, not the database: it may be there already, and another database's migration may race us. A
-- server that does not let us make roles (some hosted ones) goes without the second lock; the first one, the verbs' own
-- conditions, does not depend on it.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'stockpot_app') THEN
    CREATE ROLE stockpot_app NOLOGIN NOINHERIT;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END
$$;--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'stockpot_app') THEN
    GRANT USAGE ON SCHEMA public TO stockpot_app;
    -- Nothing of the accounts: no session, password hash, key or set-up token is readable from inside a lab.
    GRANT SELECT, INSERT, UPDATE, DELETE ON
      artifacts, step_results, step_outputs, datasets, splits, benchmarks, evaluations,
      models, stocks, ingredients, soups, ensembles, soup_coefficients, soup_trace, model_parents, spent_splits,
      recipes, runs, steps, metric_series, metric_chunks, memberships
      TO stockpot_app;
    GRANT SELECT ON labs TO stockpot_app;
    GRANT SELECT ON workers TO stockpot_app;
    -- UPDATE of one column is what SELECT ... FOR SHARE on the fence asks for.
    GRANT UPDATE (heartbeat_at) ON workers TO stockpot_app;
    GRANT SELECT, INSERT ON audit_log TO stockpot_app;
    BEGIN
      -- True for a superuser and for who is a member already; granting again would only collide with a neighbour.
      IF NOT pg_has_role(current_user, 'stockpot_app', 'MEMBER') THEN
        EXECUTE format('GRANT stockpot_app TO %I', current_user);
      END IF;
    EXCEPTION
      -- The role was made by another owner of this server; without membership we go without the second lock.
      WHEN insufficient_privilege THEN NULL;
    END;
  END IF;
END
$$;--> statement-breakpoint
-- Search by any part of a name.
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE INDEX models_search ON models USING gin (name gin_trgm_ops);
