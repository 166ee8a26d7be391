package dev.rehearse.tool.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.CommandTool;
import dev.rehearse.tool.CommandTool.Commands;
import dev.rehearse.tool.ToolMigration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandToolsTest {

    @TempDir
    private Path folder;

    private void file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private CommandTool only() {
        assertThat(CommandTools.detect(folder)).hasSize(1);
        return CommandTools.detect(folder).get(0);
    }

    private static List<String> ids(List<ToolMigration> migrations) {
        return migrations.stream().map(ToolMigration::id).toList();
    }

    private Commands from(CommandTool tool, int baseline) {
        List<ToolMigration> all = tool.migrations(folder);
        return tool.commands(folder, all.subList(0, baseline), all.subList(baseline, all.size()));
    }

    @Test
    void rails_goes_to_a_version_and_writes_no_schema() throws IOException {
        file("bin/rails", "#!/usr/bin/env ruby");
        file("db/migrate/2026/20260201000000_add_email.rb", "");
        file("db/migrate/20260101000000_create_accounts.rb", "");
        file("db/migrate/README.rb", "");
        CommandTool rails = only();

        assertThat(rails.key()).isEqualTo("rails");
        assertThat(ids(rails.migrations(folder)))
                .containsExactly("20260101000000_create_accounts", "20260201000000_add_email");
        assertThat(from(rails, 1))
                .isEqualTo(new Commands(
                        "bin/rails db:migrate VERSION=20260101000000",
                        "bin/rails db:migrate",
                        "bin/rails db:migrate VERSION=20260101000000",
                        Map.of("SCHEMA", "/dev/null"),
                        "so that db/schema.rb stays as it is"));
        assertThat(from(rails, 0).baseline()).isNull();
        assertThat(from(rails, 0).down()).endsWith("VERSION=0");
    }

    @Test
    void of_rails_s_databases_the_one_with_the_usual_migrations_is_rehearsed_by_its_own_command() throws IOException {
        file("bin/rails", "#!/usr/bin/env ruby");
        file("config/database.yml", """
                default: &default
                  adapter: postgresql
                  variables:
                    statement_timeout: 5000
                development:
                  # the queue first
                  queue: &queue
                    <<: *default
                    migrations_paths: [ "db/queue_migrate" ]
                <% if ENV["DB_HOST"] %>
                  main:
                    <<: *default
                    database: shop
                  reader:
                    <<: *default
                    replica: true
                  audit:
                    <<: *default
                    migrations_paths:
                      - db/audit_migrate
                      - db/shared
                test:
                  main:
                    database: shop_test
                """);
        file("db/migrate/20260101000000_create_accounts.rb", "");
        file("db/post_migrate/20260201000000_drop_name.rb", "");
        file("db/queue_migrate/20260102000000_create_jobs.rb", "");
        CommandTool rails = only();

        assertThat(ids(rails.migrations(folder)))
                .containsExactly("20260101000000_create_accounts", "20260201000000_drop_name");
        assertThat(from(rails, 1))
                .isEqualTo(new Commands(
                        "bin/rails db:migrate:main VERSION=20260101000000",
                        "bin/rails db:migrate:main",
                        "bin/rails db:migrate:main VERSION=20260101000000",
                        Map.of("SCHEMA", "/dev/null", "MAIN_DATABASE_URL", "{url}"),
                        "so that db/schema.rb stays as it is, and as Rails looks for that database"));
        assertThat(rails.note(folder))
                .endsWith("--migrations queue --plan queue.yaml, --migrations audit --plan audit.yaml");
        CommandTool audit = rails.of(folder, "db/shared").orElseThrow();
        assertThat(audit.note(folder)).contains("this plan is for audit; of each other");
        assertThat(from(rails.of(folder, "queue").orElseThrow(), 1).environment())
                .containsEntry("QUEUE_DATABASE_URL", "{url}");
        assertThat(rails.of(folder, "reader")).isEmpty();
    }

    @Test
    void a_database_of_rails_s_alone_goes_by_no_name() throws IOException {
        file("bin/rails", "#!/usr/bin/env ruby");
        file(
                "config/database.yml",
                "development:\n  main:\n    database: shop\n  cache:\n    database: cache\n    database_tasks: false\n");
        file("db/migrate/20260101000000_create_accounts.rb", "");
        assertThat(from(only(), 0)).satisfies(commands -> {
            assertThat(commands.up()).isEqualTo("bin/rails db:migrate");
            assertThat(commands.environment()).containsEntry("MAIN_DATABASE_URL", "{url}");
        });
        assertThat(only().note(folder)).isNull();
    }

    @Test
    void rails_on_another_database_is_refused() throws IOException {
        file("bin/rails", "#!/usr/bin/env ruby");
        file("db/migrate/20260101000000_create_orders.rb", "");
        file("config/database.yml.sample", "production: &lite\n  adapter: sqlite3\n  # DATABASE_URL\n");

        assertThatThrownBy(() -> from(only(), 0))
                .isInstanceOf(InvalidRehearsalException.class)
                .hasMessageContaining("database.yml.sample is for sqlite3, but Rehearse rehearses on PostgreSQL");

        for (String production : List.of("adapter: \"postgresql\"", "url: <%= ENV[\"DATABASE_URL\"] %>")) {
            file("config/database.yml", "production:\n  " + production);
            assertThat(from(only(), 0).up()).isEqualTo("bin/rails db:migrate");
        }
    }

    @Test
    void sequelize_is_given_the_url_whatever_its_configuration_says() throws IOException {
        file("package.json", "{ \"devDependencies\": { \"sequelize-cli\": \"^6\" } }");
        file(".sequelizerc", "module.exports = { 'migrations-path': path.resolve('db', 'migrations') }");
        file("db/migrations/1-init.js", "");
        file("db/migrations/2-it's new.js", "");
        file("db/migrations/2-types.d.ts", "");
        CommandTool sequelize = only();

        assertThat(from(sequelize, 1))
                .isEqualTo(new Commands(
                        "sequelize-cli db:migrate --url \"$DATABASE_URL\" --to 1-init.js",
                        "sequelize-cli db:migrate --url \"$DATABASE_URL\"",
                        "sequelize-cli db:migrate:undo:all --url \"$DATABASE_URL\" --to '2-it'\\''s new.js'",
                        Map.of(),
                        null));
    }

    @Test
    void sequelize_is_told_what_only_an_example_of_its_settings_says() throws IOException {
        file("package.json", "{ \"devDependencies\": { \"sequelize-cli\": \"^6\" } }");
        file(".sequelizerc.example", "module.exports = { 'migrations-path': path.resolve('lib', 'migrations') }");
        file("lib/migrations/1-init.js", "");

        assertThat(from(only(), 0).up())
                .isEqualTo("sequelize-cli db:migrate --url \"$DATABASE_URL\" --migrations-path lib/migrations");
    }

    @Test
    void typeorm_reaches_what_production_has_from_above_by_the_projects_own_scripts() throws IOException {
        file("package.json", """
                { "dependencies": { "typeorm": "^0.3" },
                  "scripts": { "build": "tsc", "typeorm": "typeorm-ts-node-commonjs", "db:up": "npm run typeorm -- migration:run -d src/db.ts" } }
                """);
        file("src/data-source.ts", """
                // new DataSource({ url: process.env.OLD })
                const local = { type: 'sqlite', database: 'local.db' }
                export default new DataSource({
                  type: process.env.DB_TYPE as any, host: process.env.DB_HOST, port: Number(process.env['DB_PORT'] ?? 5432), database: process.env.DB_NAME,
                  password: settings.getOrThrow<string>('DB_PASSWORD'), schema: settings.get('schema'),
                })
                """);
        file("src/migrations/1700000000002-Second.ts", "class Second implements MigrationInterface {}");
        file("src/migrations/1700000000001-First.ts", "class First implements MigrationInterface {}");
        file("src/migrations/1700000000001-First.d.ts", "declare class First implements MigrationInterface {}");
        file("src/1700000000003-notes.ts", "export const notes = 1");
        file("src/migrations/mysql/1700000000001-First.ts", "class First implements MigrationInterface {}");
        file("dist/migrations/1700000000001-First.js", "async up(queryRunner) {}");
        file("node_modules/other/1700000000009-Theirs.js", "async up(queryRunner) {}");
        CommandTool typeorm = only();

        assertThat(ids(typeorm.migrations(folder))).containsExactly("1700000000001-First", "1700000000002-Second");
        assertThat(from(typeorm, 1))
                .isEqualTo(new Commands(
                        "npm run db:up && npm run typeorm -- migration:revert -d src/data-source.ts",
                        "npm run db:up",
                        "npm run typeorm -- migration:revert -d src/data-source.ts",
                        Map.of(
                                "DB_HOST",
                                "{host}",
                                "DB_NAME",
                                "{database}",
                                "DB_PASSWORD",
                                "{password}",
                                "DB_PORT",
                                "{port}",
                                "DB_TYPE",
                                "postgres"),
                        "as src/data-source.ts reads them"));
        assertThat(from(typeorm, 0).baseline()).isNull();

        file("package.json", "{ \"dependencies\": { \"typeorm\": \"^0.3\" } }");
        assertThat(from(typeorm, 0))
                .extracting(Commands::up, Commands::down)
                .containsExactly(
                        "typeorm-ts-node-commonjs migration:run -d src/data-source.ts",
                        "for each in $(seq 2); do typeorm-ts-node-commonjs migration:revert -d src/data-source.ts || exit 1; done");
    }

    @Test
    void typeorms_scripts_that_put_a_files_address_in_the_place_of_ours_are_not_called() throws IOException {
        file("package.json", """
                { "dependencies": { "typeorm": "^0.3" },
                  "scripts": { "env": "env-cmd -f .env.local", "typeorm": "npm run env -- typeorm", "db:up": "yarn typeorm migration:run",
                    "db:back": "env-cmd --no-override typeorm migration:revert" } }
                """);
        file("src/data-source.ts", "export default new DataSource({ url: process.env.DATABASE_URL })");
        file("src/migrations/1700000000001-First.ts", "class First implements MigrationInterface {}");

        assertThat(from(only(), 0))
                .extracting(Commands::up, Commands::down)
                .containsExactly("typeorm-ts-node-commonjs migration:run -d src/data-source.ts", "npm run db:back");
    }

    @Test
    void a_folder_in_quotes_stays_one_word_of_node_pg_migrates_options() throws IOException {
        file("package.json", """
                {
                  "scripts": { "db": "./node_modules/.bin/node-pg-migrate -m \\"db/our migrations\\" --schema 'a b' up; echo done" },
                  "devDependencies": { "node-pg-migrate": "8" }
                }
                """);
        file("db/our migrations/1_init.js", "");
        file("db/our migrations/2_email.js", "");

        assertThat(from(only(), 1).up()).isEqualTo("node-pg-migrate -m \"db/our migrations\" --schema 'a b' up");
    }

    @Test
    void node_pg_migrate_has_the_options_of_the_projects_own_script() throws IOException {
        file("package.json", """
                {
                  "name": "my-node-pg-migrate",
                  "scripts": { "create": "echo node-pg-migrates; exit 1", "db": "dotenv -- node-pg-migrate up -m db/migrations -d ORDERS_URL && node seed.js" },
                  "dependencies": { "node-pg-migrate": "7" }
                }
                """);
        file("db/migrations/1_init.js", "");
        file("db/migrations/2_email.sql", "");
        file("db/migrations/3_index.ts", "");
        CommandTool tool = only();

        assertThat(ids(tool.migrations(folder))).containsExactly("1_init", "2_email", "3_index");
        assertThat(from(tool, 1))
                .isEqualTo(new Commands(
                        "node-pg-migrate -m db/migrations -d ORDERS_URL up 1",
                        "node-pg-migrate -m db/migrations -d ORDERS_URL up",
                        "node-pg-migrate -m db/migrations -d ORDERS_URL down 2",
                        Map.of("ORDERS_URL", "{url}"),
                        "the project's name for DATABASE_URL"));
    }

    @Test
    void db_migrate_reads_no_configuration_that_could_name_a_database() throws IOException {
        file("package.json", """
                {
                  "scripts": { "migrate": "db-migrate up --config db.json --migrations-dir ./src/migrations -t steps --non-transactional" },
                  "dependencies": { "db-migrate": "0.11" }
                }
                """);
        file("src/migrations/20260101000000-init.js", "");
        file("src/migrations/20260102000000-email.js", "");
        file("src/migrations/20260103000000-index.js", "");
        file("src/migrations/package.json", "{}");

        assertThat(from(only(), 1))
                .isEqualTo(new Commands(
                        "db-migrate up --config no-database.json --migrations-dir ./src/migrations --table steps --non-transactional --count 1",
                        "db-migrate up --config no-database.json --migrations-dir ./src/migrations --table steps --non-transactional",
                        "db-migrate down 20260101000000-init --config no-database.json --migrations-dir ./src/migrations --table steps --non-transactional --count 2",
                        Map.of(),
                        null));
    }

    @Test
    void db_migrates_folder_may_stand_in_its_own_file() throws IOException {
        file("package.json", "{ \"dependencies\": { \"db-migrate\": \"0.11\" } }");
        file(".db-migraterc", "{\n  // ours\n  \"migrations-dir\": \"./db/steps\",\n  \"table\": \"steps\"\n}");
        file("db/steps/20260101000000-init.js", "");

        assertThat(from(only(), 0).up())
                .isEqualTo("db-migrate up --config no-database.json --migrations-dir ./db/steps --table steps");
    }

    @Test
    void sqitch_has_the_order_of_its_plan_and_knows_what_was_reworked_by_its_tag() throws IOException {
        file("sqitch.plan", """
                %syntax-version=1.0.0
                %project=shop

                # the beginning
                roles 2026-01-01T00:00:00Z Ann <ann@example.org> # makes the roles
                accounts [roles] 2026-01-02T00:00:00Z Ann <ann@example.org> # adds accounts
                @v1 2026-01-03T00:00:00Z Ann <ann@example.org> # the first release

                accounts [accounts@v1] 2026-01-04T00:00:00Z Ann <ann@example.org> # with an email
                """);
        CommandTool sqitch = only();

        assertThat(ids(sqitch.migrations(folder))).containsExactly("roles", "accounts@v1", "accounts");
        assertThat(from(sqitch, 2))
                .isEqualTo(new Commands(
                        "sqitch deploy --to accounts@v1 db:pg:",
                        "sqitch deploy db:pg:",
                        "sqitch revert -y --to accounts@v1 db:pg:",
                        Map.of(),
                        null));
        assertThat(from(sqitch, 0).down()).isEqualTo("sqitch revert -y db:pg:");
        file(
                "sqitch.plan",
                Files.readString(folder.resolve("sqitch.plan")) + "orders 2026-01-05T00:00:00Z Ann <a@b>\n");
        assertThat(from(sqitch, 3).baseline()).isEqualTo("sqitch deploy --to accounts@HEAD db:pg:");
        assertThat(from(sqitch, 1).baseline()).isEqualTo("sqitch deploy --to roles db:pg:");
    }

    @Test
    void other_projects_are_none_of_theirs() throws IOException {
        file("package.json", "{ \"dependencies\": { \"pg\": \"8\", \"sequelize\": \"6\" } }");
        file("migrations/1_init.sql", "create table a (id int);");
        file("db/migrate/20260101000000_create_accounts.rb", "");

        assertThat(CommandTools.detect(folder)).isEmpty();
    }

    @Test
    void flask_migrates_revisions_follow_each_other_by_their_scripts() throws IOException {
        file("migrations/env.py", "from flask import current_app");
        file("migrations/alembic.ini", "[alembic]");
        file("migrations/versions/c_first.py", "revision = 'c'\ndown_revision = None\n");
        file("migrations/versions/b_second.py", "revision: str = \"b\"\ndown_revision: Union[str, None] = \"c\"\n");
        file("migrations/versions/a_third.py", "revision = 'a'\ndown_revision = (\n    'b',\n    'x',\n)\n");
        file("migrations/versions/x_beside.py", "revision = 'x'\ndown_revision = 'c'\n");
        file(
                "app/settings.py",
                "SQLALCHEMY_DATABASE_URI = os.environ.get(\n    'APP_DB', str('sqlite://')\n)\nOTHER = os.environ.get('NOT_IT')\n");
        CommandTool flask = only();

        assertThat(flask.key()).isEqualTo("flask-migrate");
        assertThat(ids(flask.migrations(folder))).startsWith("c").endsWith("a").hasSize(4);
        assertThat(from(flask, 3)).satisfies(commands -> {
            assertThat(commands.baseline()).isEqualTo("flask db upgrade b && flask db upgrade x");
            assertThat(commands.up()).isEqualTo("flask db upgrade");
            assertThat(commands.environment()).isEqualTo(Map.of("APP_DB", "{url}", "SQLALCHEMY_DATABASE_URI", "{url}"));
        });
        assertThat(from(flask, 1).down()).isEqualTo("flask db downgrade c");
        assertThat(from(flask, 3).down()).isEqualTo("flask db downgrade b && flask db downgrade x");
        assertThat(from(flask, 0)).satisfies(commands -> {
            assertThat(commands.baseline()).isNull();
            assertThat(commands.down()).isEqualTo("flask db downgrade base");
        });
    }

    @Test
    void flask_migrates_branches_go_to_all_their_heads_and_each_goes_back_by_itself() throws IOException {
        file("migrations/env.py", "from flask import current_app");
        file("migrations/versions/1.py", "revision = 'a'\ndown_revision = None\n");
        file("migrations/versions/2.py", "revision = 'shop'\ndown_revision = 'a'\n");
        file("migrations/versions/3.py", "revision = 'shop2'\ndown_revision = 'shop'\n");
        file("migrations/versions/4.py", "revision = 'bank'\ndown_revision = 'a'\n");
        file("migrations/versions/5.py", "revision = 'bank2'\ndown_revision = 'bank'\n");
        CommandTool flask = only();
        List<ToolMigration> all = flask.migrations(folder);
        List<ToolMigration> there =
                all.stream().filter(each -> !each.id().endsWith("2")).toList();
        List<ToolMigration> pending =
                all.stream().filter(each -> each.id().endsWith("2")).toList();

        assertThat(flask.commands(folder, there, pending)).satisfies(commands -> {
            assertThat(commands.baseline()).isEqualTo("flask db upgrade bank && flask db upgrade shop");
            assertThat(commands.up()).isEqualTo("flask db upgrade heads");
            assertThat(commands.down()).isEqualTo("flask db downgrade bank && flask db downgrade shop");
        });
    }

    @Test
    void flask_migrates_branch_that_begins_anew_goes_back_to_its_beginning_alone() throws IOException {
        file("migrations/env.py", "from flask import current_app");
        file("migrations/versions/1.py", "revision = 'a'\ndown_revision = None\n");
        file("migrations/versions/2.py", "revision = 'shop'\ndown_revision = None\n");
        file("migrations/versions/3.py", "revision = 'shop2'\ndown_revision = 'shop'\n");

        assertThat(from(only(), 1)).satisfies(commands -> {
            assertThat(commands.baseline()).isEqualTo("flask db upgrade a");
            assertThat(commands.up()).isEqualTo("flask db upgrade heads");
            assertThat(commands.down()).isEqualTo("flask db downgrade shop@base");
        });
    }
}
