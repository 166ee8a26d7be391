package dev.rehearse.database;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that needs the whole machine, as it looks at how long something takes or at what every other test would touch: where tests run side by
 * side, it runs apart from them.
 */
@Tag("alone")
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Alone {}
