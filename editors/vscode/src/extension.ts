// The extension starts `rulewright lsp` and leaves everything to it.
import { commands, ExtensionContext, ProcessExecution, Task, tasks, TaskScope, Uri, window, workspace } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

function command(): string {
  return workspace.getConfiguration("rulewright").get<string>("command") || "rulewright";
}

async function start(): Promise<void> {
  const run = { command: command(), args: ["lsp", "--stdio"], transport: TransportKind.stdio };
  client = new LanguageClient(
    "rulewright",
    "Rulewright",
    { run, debug: { ...run, args: [...run.args, "--debug"] } },
    { documentSelector: [{ language: "rulewright", scheme: "file" }, { language: "rulewright", scheme: "untitled" }] },
  );
  try {
    await client.start();
  } catch {
    client = undefined;
    void window.showErrorMessage(
      `Rulewright's language server does not start (${command()} lsp). Install it with: pip install 'rulewright[authors]'`,
    );
  }
}

async function test(address?: string): Promise<void> {
  const uri = address ? Uri.parse(address) : window.activeTextEditor?.document.uri;
  if (uri?.scheme === "file") {
    // A process, no shell: a path is an argument, whatever signs it holds.
    const run = new ProcessExecution(command(), ["test", uri.fsPath]);
    await tasks.executeTask(new Task({ type: "rulewright" }, TaskScope.Workspace, "test", "rulewright", run));
  }
}

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("rulewright.test", test),
    commands.registerCommand("rulewright.restart", async () => {
      await client?.stop();
      await start();
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
