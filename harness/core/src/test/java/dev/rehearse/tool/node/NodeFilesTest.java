package dev.rehearse.tool.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rehearse.tool.SourceFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeFilesTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = '|',
            value = {
                "directory: './migrations',                          | ./migrations",
                "directory: \"db/migrations\"                        | db/migrations",
                "'directory': path.join(__dirname, 'db', 'scripts'), | db/scripts",
                "directory: path.resolve(__dirname, './db'),         | ./db",
                "directory: __dirname + '/db/migrations'             | db/migrations",
                "directory: `${__dirname}/db`,                       | db",
                "directory: '/srv/shop/db',                          | /srv/shop/db",
            })
    void a_path_is_what_the_literals_of_its_expression_say(String code, String path) {
        assertThat(NodeFiles.value("{ " + code + " }", "directory")).contains(path);
    }

    @Test
    void an_array_has_a_value_for_each_of_its_literals() {
        assertThat(NodeFiles.values("{ directory: ['./a', './b'], tableName: 'c' }", "directory"))
                .containsExactly("./a", "./b");
    }

    @Test
    void a_value_that_is_no_literal_is_none() {
        assertThat(NodeFiles.values("{ directory: folder, tableName: 'moved' }", "directory"))
                .isEmpty();
        assertThat(NodeFiles.values("{ tableName: 'moved' }", "directory")).isEmpty();
    }

    @Test
    void a_section_ends_where_its_object_does() {
        String code =
                "{ seeds: { directory: './seeds' }, migrations: { a: { b: 1 }, directory: './m' }, directory: './no' }";

        assertThat(NodeFiles.value(NodeFiles.section(code, "migrations"), "directory"))
                .contains("./m");
        assertThat(NodeFiles.section(code, "nothing")).isEmpty();
    }

    @Test
    void comments_say_nothing_and_addresses_are_no_comments(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("knexfile.js"),
                "// directory: './old'\n/* directory: './older' */\nconnection: 'postgres://host/shop', directory: './new'\n");

        assertThat(NodeFiles.value(SourceFiles.code(file), "directory")).contains("./new");
        assertThat(NodeFiles.value(SourceFiles.code(file), "connection")).contains("postgres://host/shop");
    }

    @Test
    void the_version_is_that_of_the_package_that_node_finds(@TempDir Path folder) throws Exception {
        Path installed = Files.createDirectories(folder.resolve("node_modules/knex"));
        Files.writeString(installed.resolve("package.json"), "{ \"name\": \"knex\", \"version\": \"3.3.0\" }");
        Path project = Files.createDirectories(folder.resolve("services/shop"));

        assertThat(NodeFiles.installedVersion(project, "knex")).isEqualTo("3.3.0");
        assertThat(NodeFiles.installedVersion(folder, "no-such-package-anywhere"))
                .isEqualTo("of unknown version");
    }
}
