package dev.rehearse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A value that must be the same before the migration, after it and after the way back: what a method of the test class returns, compared as
 * text. Its parameter is the {@link javax.sql.DataSource} of the rehearsal, or none. It is asked under load, so it must be something that the
 * load leaves alone.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Invariant {

    /** The value that it must have; by default the one it had before the migration. */
    String expect() default "";
}
