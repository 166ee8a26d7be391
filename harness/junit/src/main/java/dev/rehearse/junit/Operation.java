package dev.rehearse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the application does while the migration runs: a method of the test class that works with the application's own code. Its parameters
 * are the {@link javax.sql.DataSource} of the rehearsal, keys ({@link Key}) and a {@link java.util.random.RandomGenerator} that repeats itself
 * with the randomSeed, any of them or none. Where Spring manages the test, the application's own DataSource leads to the rehearsal, too.
 *
 * <p>The load calls it from several threads at once, on one instance of the test class. It is one operation, named after the method, and fails
 * with what it throws. Where a class has operations, they are the whole workload.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Operation {

    /** Share of the arrivals, relative to the other operations' weights; not together with {@link #perSecond}. */
    int weight() default 1;

    /** Arrivals per second, and with those of all other operations the rate of the load; 0: its share of the plan's rate. */
    double perSecond() default 0;

    /** Whether it belongs to the application that comes with the migration, and not to the one that runs today. */
    boolean after() default false;
}
