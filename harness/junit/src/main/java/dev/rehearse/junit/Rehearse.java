package dev.rehearse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Rehearses a migration and hands its report to the tests.
 *
 * <pre>{@code
 * @Rehearse(migrations = "db/migration", from = "6", to = "7", rows = 1_000_000)
 * class OrdersMigrationTest {
 *     @Test
 *     void runs_without_blocking_checkout(RehearsalReport report) {
 *         assertThat(report).isGo().hasNoLockWaitLongerThan(Duration.ofMillis(200)).losesNoData().rollsBackCleanly();
 *     }
 * }
 * }</pre>
 *
 * <p>Without {@link #plan} and {@link #migrations} it is the newest of Flyway's migrations, in {@code db/migration} or where a Spring Boot application
 * says; where there are none, the newest of Liquibase's change sets.
 *
 * <p>On a class it is rehearsed once, when the first test asks for its report, also for classes inside; on a method, for that method. One
 * rehearsal runs at a time in a process, whatever runs in parallel. Tests with it carry the tag {@code rehearsal}.
 *
 * <p>What is said here can be said otherwise from outside: a system property, a JUnit configuration parameter or an environment variable
 * goes before it: {@code rehearse.database}, {@code rehearse.postgres}, {@code rehearse.rows}, {@code rehearse.randomSeed},
 * {@code rehearse.out}, and every key of a plan that has one value, such as {@code rehearse.budget.longestLockWait} (as a variable
 * {@code REHEARSE_BUDGET_LONGEST_LOCK_WAIT}).
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Tag("rehearsal")
@ExtendWith(RehearseExtension.class)
public @interface Rehearse {

    /** A {@code rehearsal.yaml} or the folder that has one, relative to the working directory; instead of {@link #migrations}. */
    String plan() default "";

    /**
     * Folders with Flyway's {@code V*__*.sql} and, for the way back, {@code U*__*.sql}: on the class path, in {@code src/main/resources}, or
     * relative to the working directory. {@code classpath:} and {@code filesystem:} in front say which.
     */
    String[] migrations() default {};

    /** Version that the schema is at before, of Liquibase's change sets an id or a part of exactly one; by default the one before {@link #to}. */
    String from() default "";

    /** Version, or change set, to migrate to; by default the newest. */
    String to() default "";

    /** Rows of the largest table, to which the others are in proportion; 0 keeps the plan's, or 100,000. */
    long rows() default 0;

    /** More of a {@code rehearsal.yaml}, laid over what is there: {@code "budget: { longestLockWait: 200ms }"}. */
    String with() default "";

    /** {@code auto}, {@code docker}, {@code embedded} or a URL. */
    String database() default "auto";

    /** PostgreSQL major in place of the plan's; 0 keeps it. */
    int postgres() default 0;

    /** In place of the plan's randomSeed; empty keeps it. One element at most. */
    long[] randomSeed() default {};

    /** Folder under which the report gets a folder of its own; {@code rehearsals} in the build folder by default. */
    String out() default "";
}
