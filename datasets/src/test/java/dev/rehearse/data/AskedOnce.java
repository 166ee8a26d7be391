package dev.rehearse.data;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** A test that takes long and asks about our own deadlines, threads or choices: where tests run a second time, on another release, it does not. */
@Tag("asked-once")
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface AskedOnce {}
