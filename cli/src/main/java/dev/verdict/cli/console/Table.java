package dev.verdict.cli.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A plain table: columns padded to their widest cell, numbers to the right.
public final class Table {
  /// Cells may hold what strangers wrote on chain.
  private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}");

  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... header) {
    rows.add(List.of(header));
  }

  public Table row(Object... cells) {
    List<String> row = new ArrayList<>(cells.length);
    for (Object cell : cells) {
      row.add(cell instanceof Long || cell instanceof Integer ? String.format(Locale.ROOT, "%,d", cell)
          : UNPRINTABLE.matcher(String.valueOf(cell)).replaceAll("?"));
    }
    rows.add(row);
    return this;
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        int column = c;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        boolean right = rows.stream().skip(1).allMatch(r -> r.get(column).matches("[-+]?[0-9][0-9,.]*"));
        String pad = " ".repeat(width - row.get(c).length());
        out.append(c == 0 ? "  " : "   ").append(right ? pad + row.get(c) : c == columns - 1 ? row.get(c)
            : row.get(c) + pad);
      }
      out.append('\n');
    }
    return out.toString();
  }
}
