package dev.rehearse.tool.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolSession;
import dev.rehearse.tool.ToolTarget;
import dev.rehearse.tool.known.ProjectTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Knex, Drizzle Kit and Prisma Migrate read from a project's files. */
class NodeToolsTest {

    @TempDir
    Path folder;

    @Test
    void knex_takes_the_modules_of_all_its_folders_by_name_and_leaves_the_rest() throws Exception {
        write(
                "knexfile.ts",
                "export default { development: { migrations: { directory: ['./a', `${__dirname}/b`] } } }");
        write("a/2_two.js", "exports.up = 1; exports.down = 2");
        write("a/2_two.d.ts", "");
        write("b/1_one.ts", "export const up = 1");
        write("b/README.md", "");

        assertThat(ids(new Knex())).containsExactly("1_one.ts", "2_two.js");
        assertThat(new Knex().detect(folder)).isTrue();
    }

    @Test
    void knex_can_take_back_what_has_a_way_back() throws Exception {
        write("knexfile.js", "module.exports = {}");
        write("migrations/1.js", "// no down here\nexports.up = 1");
        write("migrations/2.mjs", "export async function down() {}");

        try (ToolProject project = project(new Knex())) {
            assertThat(new Knex().canUndo(project, "1.js")).isFalse();
            assertThat(new Knex().canUndo(project, "2.mjs")).isTrue();
        }
    }

    @Test
    void knex_keeps_its_history_where_the_knexfile_says() throws Exception {
        write("knexfile.js", "module.exports = { migrations: { tableName: 'done', schemaName: 'ops' } }");

        try (ToolProject project = project(new Knex())) {
            assertThat(new Knex().historyTables(project)).containsExactly("ops.done", "ops.done_lock");
        }
    }

    @Test
    void knex_is_not_run_where_its_environment_s_section_names_a_database() throws Exception {
        write(
                "knexfile.js",
                "module.exports = { development: { connection: { host: 'localhost' } }, production: { connection: process.env.DATABASE_URL } }");
        write("node_modules/.bin/knex", "#!/bin/sh\n");
        assertThat(folder.resolve("node_modules/.bin/knex").toFile().setExecutable(true))
                .isTrue();
        ToolTarget target = new ToolTarget("127.0.0.1", 1, "shop", "postgres", "", "rehearse-test");

        try (ToolProject project = project(new Knex())) {
            ToolSession session = project.at(target, Duration.ofMinutes(1));
            assertThatThrownBy(() -> new Knex().applyAll(session))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("knexfile.js says host: a fixed value");
        }
        try (ToolProject project = new ToolProject(new Knex(), folder, Map.of("NODE_ENV", "production"), null)) {
            ToolSession session = project.at(target, Duration.ofMinutes(1));
            assertThat(new Knex().applyAll(session).succeeded()).isTrue();
        }
    }

    @Test
    void a_folder_that_is_not_there_is_named_in_the_error() throws Exception {
        write("knexfile.js", "module.exports = { migrations: { directory: somewhere() } }");

        assertThatThrownBy(() -> ids(new Knex()))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(folder.resolve("migrations").toString());
    }

    @Test
    void drizzle_goes_by_its_journal_and_not_by_what_lies_in_the_folder() throws Exception {
        write(
                "drizzle.config.ts",
                "export default defineConfig({ out: './db', migrations: { schema: 'public', table: 'done' } })");
        write("db/0001_b.sql", "");
        write("db/0002_forgotten.sql", "");
        write(
                "db/meta/_journal.json",
                "{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{\"idx\":0,\"when\":5,\"tag\":\"0000_a\",\"breakpoints\":true},"
                        + "{\"idx\":1,\"when\":6,\"tag\":\"0001_b\",\"breakpoints\":true}]}");

        assertThat(ids(new DrizzleKit())).containsExactly("0000_a", "0001_b");
        try (ToolProject project = project(new DrizzleKit())) {
            assertThat(new DrizzleKit().historyTables(project)).containsExactly("public.done");
        }
    }

    @Test
    void drizzle_from_1_0_on_has_a_folder_for_each_migration_and_no_journal() throws Exception {
        write("drizzle.config.ts", "export default defineConfig({ out: 'migrations' })");
        write("migrations/20260102030405_b/migration.sql", "SELECT 2");
        write("migrations/20260101000000_a/migration.sql", "SELECT 1");
        write("migrations/20260101000000_a/snapshot.json", "{}");
        write("migrations/notes/README.md", "");

        assertThat(ids(new DrizzleKit())).containsExactly("20260101000000_a", "20260102030405_b");
    }

    @ParameterizedTest
    @CsvSource({
        "DATABASE_URL=\"postgresql://u:p@localhost:5432/shop?schema=app\",,app._prisma_migrations",
        "DATABASE_URL=postgresql://localhost/shop?schema=public,,_prisma_migrations",
        "DATABASE_URL=postgresql://localhost/shop?schema=app,{url}&schema=ops,ops._prisma_migrations",
        "#DATABASE_URL=postgresql://localhost/shop?schema=app,,_prisma_migrations"
    })
    void prisma_keeps_its_history_in_the_schema_of_its_url(String dotenv, @Nullable String planned, String table)
            throws Exception {
        write("prisma/schema.prisma", "");
        write(".env", "NAME=shop\n" + dotenv + "\n");

        try (ToolProject project = new ToolProject(
                new PrismaMigrate(), folder, planned == null ? Map.of() : Map.of("DATABASE_URL", planned), null)) {
            assertThat(new PrismaMigrate().historyTables(project)).containsExactly(table);
        }
    }

    @Test
    void drizzle_without_a_journal_is_an_error_that_says_where_it_was_looked_for() throws Exception {
        write("drizzle.config.js", "module.exports = {}");

        assertThatThrownBy(() -> ids(new DrizzleKit()))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining(
                        folder.resolve("drizzle/meta/_journal.json").toString());
    }

    @Test
    void a_package_that_is_called_prisma_is_no_project_of_the_folder_around_it() throws Exception {
        write("packages/prisma/schema.prisma", "");
        Path packages = folder.resolve("packages");
        assertThat(new PrismaMigrate().detect(packages)).isTrue();

        write("packages/prisma/package.json", "{}");

        assertThat(new PrismaMigrate().detect(packages)).isFalse();
        assertThat(new PrismaMigrate().detect(packages.resolve("prisma"))).isTrue();
    }

    @Test
    void prisma_has_its_migrations_where_the_configuration_says() throws Exception {
        write(
                "prisma.config.ts",
                "export default defineConfig({ migrations: { path: path.join('db', 'steps'), seed: 'x' } })");
        write("db/steps/2_two/migration.sql", "");
        write("db/steps/1_one/migration.sql", "");
        write("db/steps/migration_lock.toml", "");

        assertThat(ids(new PrismaMigrate())).containsExactly("1_one", "2_two");
    }

    @Test
    void prisma_has_its_migrations_beside_the_schema_that_the_projects_scripts_name() throws Exception {
        write("package.json", """
                { "scripts": {
                  "push": "prisma db push --schema mysql/schema.prisma",
                  "new": "prisma migrate dev --create-only --schema postgresql/schema.prisma && echo done"
                } }""");
        assertThat(new PrismaMigrate().detect(folder)).isFalse();
        write("postgresql/schema.prisma", "");
        write("mysql/schema.prisma", "");
        write("postgresql/migrations/1_one/migration.sql", "");

        assertThat(new PrismaMigrate().detect(folder)).isTrue();
        assertThat(ids(new PrismaMigrate())).containsExactly("1_one");
    }

    @Test
    void prisma_has_its_migrations_beside_the_schema_otherwise() throws Exception {
        write("package.json", "{ \"prisma\": { \"schema\": \"db/shop.prisma\" } }");
        write("db/shop.prisma", "");
        write("db/migrations/1_one/migration.sql", "");
        write("prisma/schema.prisma", "");

        assertThat(ids(new PrismaMigrate())).containsExactly("1_one");
        assertThat(new PrismaMigrate().detect(folder)).isTrue();
    }

    @Test
    void prisma_has_its_migrations_in_the_schema_s_folder_where_that_is_many_files() throws Exception {
        write("prisma.config.ts", "export default { schema: 'prisma' }");
        write("prisma/a.prisma", "");
        write("prisma/migrations/1_one/migration.sql", "");

        assertThat(ids(new PrismaMigrate())).containsExactly("1_one");
    }

    @Test
    void the_variables_by_which_a_project_finds_its_database_are_told_but_for_ours() throws Exception {
        write("knexfile.js", """
                module.exports = {
                  development: { connection: { host: process.env.DB_HOST || 'localhost', port: +process.env.DB_PORT,
                    user: process.env.PGUSER, password: env.get("DB_PASS"), database: process.env.NODE_ENV === 'test' ? 'test' : process.env.DB_NAME } },
                  production: { connection: process.env.POSTGRES_URI },
                }
                """.replace("env.get(\"DB_PASS\")", "process.env['DB_PASS']"));
        write("drizzle.config.ts", """
                export default { out: './d', secret: process.env.OTHER, dbCredentials: {
                  url: `postgres://${process.env.PG_LOGIN_USER}:${process.env.APP_USER_PASS}@${process.env.APP_HOST}/${process.env.APP_DB}`,
                } }
                """);
        write("prisma/schema.prisma", """
                datasource db {
                  provider  = "postgresql"
                  url       = env("POSTGRES_PRISMA_URL")
                  directUrl = env("DIRECT_URL")
                }
                """);

        assertThat(address(new Knex()))
                .isEqualTo(Map.of(
                        "DB_HOST", "{host}", "DB_PORT", "{port}", "DB_PASS", "{password}", "DB_NAME", "{database}"));
        assertThat(address(new DrizzleKit()))
                .isEqualTo(Map.of(
                        "APP_HOST",
                        "{host}",
                        "APP_DB",
                        "{database}",
                        "APP_USER_PASS",
                        "{password}",
                        "PG_LOGIN_USER",
                        "{user}"));
        assertThat(address(new PrismaMigrate()))
                .isEqualTo(Map.of("POSTGRES_PRISMA_URL", "{url}", "DIRECT_URL", "{url}"));
    }

    @Test
    void knex_is_pointed_by_its_section_for_production_where_that_for_developers_names_a_database() throws Exception {
        write("knexfile.js", """
                module.exports = {
                  development: { connection: { host: 'localhost', database: 'shop' } },
                  production: { connection: process.env.DATABASE_URL },
                }
                """);

        assertThat(address(new Knex())).isEqualTo(Map.of("NODE_ENV", "production"));
    }

    @Test
    void the_variables_that_stand_for_settings_of_the_package_config_are_told() throws Exception {
        write(
                "knexfile.js",
                "module.exports = { connection: { host: config.get('db.host'), port: config.get('db.port') } }");
        write("config/custom-environment-variables.json", """
                { "db": { "host": "SHOP_HOST", "port": { "__name": "SHOP_PORT", "__format": "json" } } }
                """);

        assertThat(address(new Knex())).isEqualTo(Map.of("SHOP_HOST", "{host}", "SHOP_PORT", "{port}"));
    }

    @Test
    void the_variables_that_modules_of_the_project_read_are_told() throws Exception {
        write(
                "src/env.ts",
                "export const env = { HOST: process.env.SHOP_HOST, DB_KEY: str() }\nexport const PORT = process.env.SHOP_PORT");
        write("src/config/index.ts", """
                import { env, PORT } from '../env.js'
                const path = require('path')
                const redis = { host: process.env.REDIS_HOST }
                const shop: Knex.Config = { host: env.HOST, port: Number(PORT), password: env.DB_KEY }
                const config = { port: process.env.HTTP_PORT, redis, shop }
                export const migrations = { directory: path.join(__dirname, '../../db/steps') }
                export default config
                """);
        for (String file : List.of(
                """
                import config, { migrations } from './src/config'
                export default { client: 'pg', connection: { ...config.shop, user: process.env.SHOP_USER }, migrations }
                """,
                """
                const { shop, migrations: steps } = require('./src/config/index')
                shop.user = 'nobody'
                module.exports = { development: { connection: shop, migrations: steps } }
                """,
                "module.exports = { connection: require('./src/config').shop, migrations: require('./src/config').migrations }")) {
            write("knexfile.js", file);
            write("db/steps/1_a.js", "");

            assertThat(address(new Knex()))
                    .containsEntry("SHOP_HOST", "{host}")
                    .containsEntry("SHOP_PORT", "{port}")
                    .containsEntry("DB_KEY", "{password}")
                    .doesNotContainKeys("REDIS_HOST", "HTTP_PORT");
            assertThat(ids(new Knex())).containsExactly("1_a.js");
        }
    }

    @Test
    void an_address_is_put_together_of_what_modules_read_or_else_say() throws Exception {
        write(
                "env.js",
                "module.exports = { host: process.env.SHOP_HOST || 'localhost', port: process.env.SHOP_PORT ?? 5432,"
                        + " login: process.env.SHOP_LOGIN }");
        write("knexfile.js", """
                const env = require('./env')
                module.exports = { connection: 'postgres://' + env.login + '@' + env.host + ':' + env.port + '/shop' }
                """);

        assertThat(address(new Knex()))
                .isEqualTo(Map.of("SHOP_HOST", "{host}", "SHOP_PORT", "{port}", "SHOP_LOGIN", "{user}"));
    }

    @Test
    void an_address_in_a_module_of_the_project_is_refused_as_one_in_the_configuration() throws Exception {
        write("config.json", "{ \"db\": { \"host\": \"db.example.org\" } }");
        write("knexfile.js", "const { db } = require('./config.json')\nmodule.exports = { connection: db }");
        write("migrations/1_a.js", "");

        try (ToolProject project = project(new Knex())) {
            ToolSession session = project.at(
                    new ToolTarget("127.0.0.1", 1, "shop", "postgres", "", "rehearse-test"), Duration.ofMinutes(1));
            assertThatThrownBy(() -> new Knex().applyAll(session))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("knexfile.js says host: a fixed value");
        }
    }

    private Map<String, String> address(ProjectTool tool) {
        try (ToolProject project = project(tool)) {
            return tool.address(project);
        }
    }

    @Test
    void prisma_s_schema_that_reads_variables_that_nobody_sets_is_refused() throws Exception {
        write(
                "prisma/schema.prisma",
                "datasource db {\n  url = env(\"DATABASE_URL\")\n  directUrl = env(\"DIRECT_URL\")\n}");
        write("prisma/migrations/1_one/migration.sql", "");

        try (ToolProject project = project(new PrismaMigrate())) {
            ToolSession session = project.at(
                    new ToolTarget("127.0.0.1", 1, "shop", "postgres", "", "rehearse-test"), Duration.ofMinutes(1));
            assertThatThrownBy(() -> new PrismaMigrate().applyAll(session))
                    .isInstanceOf(InvalidRehearsalException.class)
                    .hasMessageContaining("schema.prisma says directUrl: env(\"DIRECT_URL\")")
                    .hasMessageContaining("environment: { DIRECT_URL: \"{url}\" }");
        }
    }

    @Test
    void a_folder_of_something_else_is_no_project_of_theirs() throws Exception {
        write("package.json", "{ \"dependencies\": { \"knex\": \"3.3.0\" } }");

        assertThat(ProjectTools.detect(folder)).isEmpty();
    }

    private List<String> ids(ProjectTool tool) {
        try (ToolProject project = project(tool)) {
            return tool.migrations(project).stream().map(ToolMigration::id).toList();
        }
    }

    private ToolProject project(ProjectTool tool) {
        return new ToolProject(tool, folder, Map.of(), null);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolve("..").normalize());
        Files.writeString(file, text);
    }
}
