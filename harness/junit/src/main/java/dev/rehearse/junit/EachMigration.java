package dev.rehearse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once for each migration between {@link Rehearse#from} and {@link Rehearse#to}, each rehearsed by itself from the version
 * before it, with a report and a verdict of its own. Without {@code from} it is the newest alone.
 *
 * <pre>{@code
 * @Rehearse(migrations = "db/migration", from = "4")
 * class PendingMigrationsTest {
 *     @EachMigration
 *     void is_safe(RehearsalReport report) {
 *         assertThat(report).isGo();
 *     }
 * }
 * }</pre>
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@TestTemplate
@ExtendWith(EachMigrationExtension.class)
public @interface EachMigration {}
