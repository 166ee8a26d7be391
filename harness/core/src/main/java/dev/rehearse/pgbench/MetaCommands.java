package dev.rehearse.pgbench;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Suggestions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** Collects the steps of a script, and turns its meta commands into steps: conditions become branches and jumps. */
final class MetaCommands {

    private static final List<String> NAMES = List.of(
            "set",
            "sleep",
            "if",
            "elif",
            "else",
            "endif",
            "gset",
            "aset",
            "startpipeline",
            "syncpipeline",
            "endpipeline");

    private final Symbols symbols;
    private final List<Command> steps = new ArrayList<>();
    private final Deque<Condition> open = new ArrayDeque<>();

    MetaCommands(Symbols symbols) {
        this.symbols = symbols;
    }

    /** An \if that is not closed yet: where its last branch is, and which jumps go to its end. */
    private static final class Condition {
        private final String where;
        private final List<Integer> jumps = new ArrayList<>();
        private int branch;
        private boolean hasElse;

        private Condition(String where, int branch) {
            this.where = where;
            this.branch = branch;
        }
    }

    void add(Command.Sql statement) {
        steps.add(statement);
    }

    /**
     * @param line the command without its backslash, with its arguments
     * @throws ExpressionException where it is wrong, without saying where
     */
    void add(String where, String line) {
        String[] nameAndRest = line.strip().split("\\s+", 2);
        String rest = nameAndRest.length > 1 ? nameAndRest[1].strip() : "";
        String[] words = rest.isEmpty() ? new String[0] : rest.split("\\s+");
        switch (nameAndRest[0].toLowerCase(Locale.ROOT)) {
            case "set" -> assign(where, rest);
            case "sleep" -> sleep(where, words);
            case "if" -> {
                open.push(new Condition(where, steps.size()));
                steps.add(new Command.Branch(where, condition(rest), -1));
            }
            case "elif" -> {
                endBranch(where, "elif");
                innermost("elif").branch = steps.size();
                steps.add(new Command.Branch(where, condition(rest), -1));
            }
            case "else" -> {
                none(words);
                endBranch(where, "else");
                innermost("else").hasElse = true;
            }
            case "endif" -> {
                none(words);
                endIf();
            }
            case "gset" -> keep(Command.Rows.LAST_KEPT, words);
            case "aset" -> keep(Command.Rows.ALL_KEPT, words);
            case "startpipeline" -> pipeline(where, words, Command.Pipeline.Step.START);
            case "syncpipeline" -> pipeline(where, words, Command.Pipeline.Step.SYNC);
            case "endpipeline" -> pipeline(where, words, Command.Pipeline.Step.END);
            case "" -> {
                // A backslash alone ends the statement before it, and is no command.
            }
            case "shell", "setshell" ->
                throw new ExpressionException(
                        "Rehearse runs no shell commands from scripts."
                                + " Set the variable with -D NAME=VALUE on the command line, or compute it in SQL and keep it with \\gset.");
            default ->
                throw new ExpressionException("no meta command is called \"\\" + nameAndRest[0] + "\"."
                        + Suggestions.nearest(nameAndRest[0], NAMES) + " There are \\" + String.join(", \\", NAMES)
                        + ".");
        }
    }

    List<Command> finish() {
        if (!open.isEmpty()) {
            throw new InvalidRehearsalException(open.peek().where + ": the \\if that begins here has no \\endif");
        }
        return steps;
    }

    private void assign(String where, String rest) {
        String[] nameAndExpression = rest.split("\\s+", 2);
        if (nameAndExpression.length < 2) {
            throw new ExpressionException("needs a name and an expression: \\set NAME EXPRESSION");
        }
        int variable = symbols.index(Symbols.checked(nameAndExpression[0]));
        steps.add(new Command.Assignment(where, variable, ExpressionParser.parse(nameAndExpression[1], symbols)));
    }

    private void sleep(String where, String[] words) {
        if (words.length < 1 || words.length > 2) {
            throw new ExpressionException("needs a number and perhaps a unit: \\sleep NUMBER [us|ms|s]");
        }
        boolean isVariable = words[0].startsWith(":");
        // 500us, without a blank, is a number with its unit too.
        String[] parts = words.length == 1 && !isVariable ? words[0].split("(?<=\\d)(?=[a-zA-Z])", 2) : words;
        long unitMicros = parts.length < 2
                ? 1_000_000
                : switch (parts[1].toLowerCase(Locale.ROOT)) {
                    case "us" -> 1;
                    case "ms" -> 1_000;
                    case "s" -> 1_000_000;
                    default ->
                        throw new ExpressionException(
                                "\"" + parts[1] + "\" is no unit of time; there are us, ms and s");
                };
        if (!isVariable && !parts[0].matches("[-+]?\\d{1,12}")) {
            throw new ExpressionException("\"" + parts[0] + "\" is neither a number nor a variable");
        }
        steps.add(new Command.Sleep(where, ExpressionParser.parse(parts[0], symbols), unitMicros));
    }

    private Expression condition(String rest) {
        if (rest.isEmpty()) {
            throw new ExpressionException("needs a condition");
        }
        return ExpressionParser.parse(rest, symbols);
    }

    private Condition innermost(String name) {
        Condition condition = open.peek();
        if (condition == null) {
            throw new ExpressionException("there is no \\if before this \\" + name);
        }
        return condition;
    }

    /** The branch before ends with a jump to the end; where its condition does not hold, the next step is what follows here. */
    private void endBranch(String where, String name) {
        Condition condition = innermost(name);
        if (condition.hasElse) {
            throw new ExpressionException("\\" + name + " comes after the \\else of the same \\if");
        }
        condition.jumps.add(steps.size());
        steps.add(new Command.Jump(where, -1));
        patchBranch(condition);
    }

    private void patchBranch(Condition condition) {
        Command.Branch branch = (Command.Branch) steps.get(condition.branch);
        steps.set(condition.branch, new Command.Branch(branch.where(), branch.condition(), steps.size()));
    }

    private void endIf() {
        Condition condition = innermost("endif");
        if (!condition.hasElse) {
            patchBranch(condition);
        }
        for (int jump : condition.jumps) {
            steps.set(jump, new Command.Jump(steps.get(jump).where(), steps.size()));
        }
        open.pop();
    }

    private void keep(Command.Rows rows, String[] words) {
        if (words.length > 1) {
            throw new ExpressionException("takes one prefix at most");
        }
        int last = steps.size() - 1;
        if (last < 0
                || !(steps.get(last) instanceof Command.Sql statement)
                || statement.rows() != Command.Rows.DROPPED) {
            throw new ExpressionException("must follow a statement whose rows it keeps");
        }
        String prefix = words.length == 0 ? "" : Symbols.checked(words[0]);
        steps.set(last, new Command.Sql(statement.where(), statement.text(), rows, prefix));
    }

    private void pipeline(String where, String[] words, Command.Pipeline.Step step) {
        none(words);
        steps.add(new Command.Pipeline(where, step));
    }

    private static void none(String[] words) {
        if (words.length > 0) {
            throw new ExpressionException("takes no arguments, but \"" + words[0] + "\" follows");
        }
    }
}
