-- Each step by itself: the scan of VALIDATE blocks nobody, and SET NOT NULL trusts the constraint instead of a scan of its own.
COMMIT;
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_currency_given" CHECK ("currency" IS NOT NULL) NOT VALID;
--> statement-breakpoint
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_currency_given";
--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "currency" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "orders" DROP CONSTRAINT "orders_currency_given";
--> statement-breakpoint
BEGIN;
