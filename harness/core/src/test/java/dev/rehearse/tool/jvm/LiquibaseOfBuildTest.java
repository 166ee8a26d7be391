package dev.rehearse.tool.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.tool.jvm.LiquibaseOfBuild.Wanted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiquibaseOfBuildTest {

    @TempDir
    private Path folder;

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "pom.xml, <artifactId>liquibase-core</artifactId> <version>4.26.0</version>, 4.26.0",
                "pom.xml, <liquibase.version>4.24.0</liquibase.version>, 4.24.0",
                "pom.xml, <version.liquibase>4.25.1</version.liquibase>, 4.25.1",
                "build.gradle, implementation \"org.liquibase:liquibase-core:5.0.3\", 5.0.3",
                "buildSrc/src/main/groovy/acme.gradle, dependency ('org.liquibase:liquibase-core:4.29.2') {, 4.29.2",
                "gradle.properties, liquibaseVersion=4.31, 4.31",
                "gradle/libs.versions.toml, liquibase = \"4.29.2\", 4.29.2",
            })
    void the_build_names_liquibases_version(String file, String text, String version) throws IOException {
        file(file, text);

        assertThat(LiquibaseOfBuild.wanted(folder)).isEqualTo(new Wanted(version, "", ""));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "pom.xml, <artifactId>spring-boot-starter-parent</artifactId> <version>3.2.5</version>, 3.2.5",
                "pom.xml, <spring-boot.version>3.3.18</spring-boot.version>, 3.3.18",
                "build.gradle, id 'org.springframework.boot' version '4.0.0-M2', 4.0.0-M2",
                "build.gradle.kts, id(\"org.springframework.boot\") version \"4.0.1\", 4.0.1",
                "gradle/libs.versions.toml, `boot = { id = \"org.springframework.boot\", version = \"3.4.0\" }`, 3.4.0",
                "build.gradle, classpath(\"org.springframework.boot:spring-boot-gradle-plugin:3.2.0\"), 3.2.0",
            })
    void else_spring_boots_counts(String file, String text, String version) throws IOException {
        file(
                file,
                text
                        + "\n<artifactId>liquibase-maven-plugin</artifactId> <version>1.0.0</version> org.liquibase.gradle:2.2.0");

        assertThat(LiquibaseOfBuild.wanted(folder)).isEqualTo(new Wanted("", version, ""));
    }

    @Test
    void a_module_has_the_version_of_the_build_around_it_and_the_nearest_counts() throws IOException {
        file("pom.xml", "<liquibase.version>4.31.0</liquibase.version>");
        file("services/shop/pom.xml", "<project/>");
        assertThat(LiquibaseOfBuild.wanted(folder.resolve("services/shop"))).isEqualTo(new Wanted("4.31.0", "", ""));

        file("services/shop/pom.xml", "<liquibase.version>4.30.0</liquibase.version>");
        assertThat(LiquibaseOfBuild.wanted(folder.resolve("services/shop"))).isEqualTo(new Wanted("4.30.0", "", ""));
    }

    @Test
    void a_build_that_names_none_gets_the_last_under_the_apache_licence() {
        assertThat(LiquibaseOfBuild.wanted(folder)).isEqualTo(new Wanted("4.33.0", "", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "<liquibase.version>4.9.1</liquibase.version>, Liquibase 4.9.1",
        "<liquibase.version>3.10</liquibase.version>, Liquibase 3.10",
        "<spring-boot.version>2.3.1.RELEASE</spring-boot.version>, that of Spring Boot 2.3.1.RELEASE"
    })
    void one_whose_command_line_takes_no_variables_is_replaced_and_that_is_told(String pom, String tooOld)
            throws IOException {
        file("pom.xml", pom);

        Wanted wanted = LiquibaseOfBuild.wanted(folder);

        assertThat(wanted).isEqualTo(new Wanted("4.33.0", "", tooOld));
        assertThat(wanted.note())
                .hasValueSatisfying(note -> assertThat(note)
                        .startsWith("the build has " + tooOld)
                        .contains("and Liquibase 4.33.0 runs in its place"));
    }
}
