package dev.rehearse.junit;

import dev.rehearse.plan.Workload.Parameter.Distribution;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A parameter of an {@link Operation} that gets a value which a column holds. Keys of different columns of one table come from one row. The
 * parameter is a long, an int, a String or a UUID, or one of their wrappers.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Key {

    /** {@code table.column}. */
    String value();

    /** UNIFORM: any; ZIPF: few get most of the draws. */
    Distribution distribution() default Distribution.UNIFORM;
}
