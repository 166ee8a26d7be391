package dev.rehearse.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once for each migration that the plan rehearses, whatever its tool, and once more for all of them together. They share
 * one rehearsal, in which the migrations run one after the other as a release runs them.
 *
 * <p>The report of one migration has its verdict, its findings, its statements and who waited for them. What cannot be told apart by
 * migration, such as response times, the way back and the data that is lost on it, is the whole run's; it decides the verdict for all, which
 * is why that is asked, too. A migration that was not run because one before it failed is aborted, and says so.
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
