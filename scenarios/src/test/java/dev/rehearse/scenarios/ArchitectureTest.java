package dev.rehearse.scenarios;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows of the design, and who may touch what. */
class ArchitectureTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // Those of the extension, which run here again, come in a jar.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.rehearse");

    @Test
    void classes_of_every_package_were_found() {
        List<String> packages = List.of(
                "report",
                "data",
                "plan",
                "sql",
                "database",
                "workload",
                "pgbench",
                "loadtest",
                "serverlog",
                "wiretap",
                "tool",
                "init",
                "migration",
                "observe",
                "recording",
                "assess",
                "run",
                "junit",
                "cli");

        assertThat(packages)
                .allSatisfy(name -> assertThat(
                                CLASSES.stream().filter(c -> c.getPackageName().equals("dev.rehearse." + name)))
                        .as(name)
                        .hasSizeGreaterThan(1));
    }

    @Test
    void packages_have_no_cycles() {
        slices().matching("dev.rehearse.(*)..").should().beFreeOfCycles().check(CLASSES);
        for (String divided : List.of(
                "assess", "cli", "data", "database", "loadtest", "observe", "plan", "tool", "wiretap", "workload")) {
            slices().matching("dev.rehearse.(" + divided + "..)")
                    .should()
                    .beFreeOfCycles()
                    .check(CLASSES);
        }
    }

    @Test
    void judging_needs_no_database_no_clock_and_no_threads() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.rehearse.assess..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql", "java.util.concurrent..", "dev.rehearse.database..", "dev.rehearse.run"));
    }

    @Test
    void the_language_of_scripts_needs_no_database() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.rehearse.pgbench")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql", "org.postgresql..", "dev.rehearse.database..", "dev.rehearse.loadtest.."));
    }

    @Test
    void data_flows_one_way() {
        check(classes()
                .that()
                .resideInAPackage("dev.rehearse.recording")
                .should()
                .onlyDependOnClassesThat(
                        outside().or(in("dev.rehearse.recording", "dev.rehearse.plan", "dev.rehearse"))));
        check(classes()
                .that()
                .resideInAPackage("dev.rehearse.assess..")
                .should()
                .onlyDependOnClassesThat(outside()
                        .or(in(
                                "dev.rehearse.assess..",
                                "dev.rehearse.recording",
                                "dev.rehearse.plan",
                                "dev.rehearse.report"))));
        check(classes()
                .that()
                .resideInAnyPackage("dev.rehearse.report", "dev.rehearse.data..")
                .should()
                .onlyDependOnClassesThat(outside().or(in("dev.rehearse.report", "dev.rehearse.data.."))));
        check(classes()
                .that()
                .resideInAPackage("dev.rehearse.data.profile..")
                .should()
                .onlyDependOnClassesThat(outside().or(in("dev.rehearse.data.profile.."))));
    }

    @Test
    void whoever_needs_data_asks_at_the_doors_of_its_maker() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.rehearse.data..")
                .should()
                .dependOnClassesThat(in("dev.rehearse.data..")
                        .and(not(in(
                                "dev.rehearse.data",
                                "dev.rehearse.data.fill",
                                "dev.rehearse.data.profile",
                                "dev.rehearse.data.profile.capture",
                                "dev.rehearse.data.anonymize",
                                "dev.rehearse.data.anonymize.copy",
                                "dev.rehearse.data.anonymize.dump")))));
    }

    private static DescribedPredicate<JavaClass> outside() {
        return DescribedPredicate.describe(
                "outside Rehearse", c -> !c.getPackageName().startsWith("dev.rehearse"));
    }

    private static DescribedPredicate<JavaClass> in(String... packages) {
        return JavaClass.Predicates.resideInAnyPackage(packages);
    }

    @Test
    void only_the_command_line_touches_the_standard_streams_and_picocli() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.rehearse.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("picocli.."));
    }

    @Test
    void one_class_touches_each_optional_library() {
        assertThat(usersOf("org.flywaydb")).hasSize(1);
        assertThat(usersOf("org.testcontainers")).hasSize(1);
    }

    private static List<String> usersOf(String library) {
        return CLASSES.stream()
                .filter(c -> c.getDirectDependenciesFromSelf().stream()
                        .anyMatch(d -> d.getTargetClass().getPackageName().startsWith(library)))
                .map(c -> c.getName().replaceAll("\\$.*", ""))
                .distinct()
                .toList();
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
