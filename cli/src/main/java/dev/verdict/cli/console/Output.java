package dev.verdict.cli.console;

import java.io.PrintStream;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Where results go: a plain text for people, or with `--json` one document and nothing else.
public final class Output {
  private static final ObjectMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @Option(names = "--json", description = "Print one JSON document on standard output, and nothing else there.")
  private boolean json;

  /// Whether a program reads it.
  public boolean isJson() {
    return json;
  }

  /// An empty document to fill.
  public static ObjectNode document() {
    return JSON.createObjectNode();
  }

  /// Prints the one or the other.
  public void print(ObjectNode document, String text) {
    print(System.out, document, text);
  }

  private void print(PrintStream out, ObjectNode document, String text) {
    out.println(json ? JSON.writeValueAsString(document) : text.stripTrailing());
    out.flush();
  }
}
