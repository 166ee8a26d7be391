package dev.rehearse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Rehearses a plan and hands its report to the tests.
 *
 * <pre>{@code
 * @Rehearse(plan = "src/rehearsals/widen-total")
 * class WidenTotalTest {
 *     @Test
 *     void nobody_waits(RehearsalReport report) {
 *         assertThat(report).isGo().hasNoLockWaitLongerThan(Duration.ofMillis(300));
 *     }
 * }
 * }</pre>
 *
 * <p>On a class the plan is rehearsed once, when the first test asks for its report; on a method, for that method.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(RehearseExtension.class)
public @interface Rehearse {

    /** A {@code rehearsal.yaml} or the folder that has one, relative to the working directory. */
    String plan();

    /** {@code auto}, {@code docker}, {@code embedded} or a JDBC URL. */
    String database() default "auto";

    /** PostgreSQL major in place of the plan's; 0 keeps it. */
    int postgres() default 0;

    /** Rows of the largest table in place of the plan's; 0 keeps them. */
    long scale() default 0;

    /** In place of the plan's randomSeed; empty keeps it. One element at most. */
    long[] randomSeed() default {};

    /** Folder for the report; {@code reports/runs/NAME/TIME} by default. */
    String out() default "";
}
