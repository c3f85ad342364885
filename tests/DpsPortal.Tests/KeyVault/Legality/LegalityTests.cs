namespace DpsPortal.Tests.KeyVault.Legality;

/// <summary>Illegal operations × every operation, over raw HTTP.</summary>
[StartsHosts]
public sealed class LegalityTests(LegalityVault vault) : IClassFixture<LegalityVault>
{
    public static TheoryData<string> States => [.. LegalityTable.States];

    [Theory]
    [MemberData(nameof(States))]
    public async Task Every_operation_is_answered_as_the_contract_says_for_this_state(string state)
    {
        var wrong = new List<string>();
        foreach (var (operation, status, code) in LegalityTable.Of(state))
        {
            var answer = await vault.SendAsync(state, operation);
            var found = answer.Text.Length > 0 && (int)answer.Status >= 400 ? answer.InnerCode is { } inner ? $"{answer.Code}/{inner}" : answer.Code : null;
            if ((int)answer.Status != status || found != code)
            {
                wrong.Add($"{operation}: expected {status} {code}, found {(int)answer.Status} {found} ({answer.Message(400)})");
            }
        }

        Assert.True(wrong.Count == 0, $"Key {state}:\n{string.Join('\n', wrong)}");
        Assert.True(vault.Running.Logs.IsEmpty, string.Join('\n', vault.Running.Logs));
    }
}

file static class Answers
{
    public static string Message(this VaultResponse answer, int least) => (int)answer.Status >= least ? answer.Message ?? "" : "";
}
