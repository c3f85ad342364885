using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

[StartsHosts]
public sealed class RecordTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_written_is_read_also_after_a_restart(bool customerManaged)
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        await dps.CreatedAsync("contoso", customerManaged ? vault.AddKey() : null);
        var summary = (await dps.Enrollments.PutGroupAsync(RunningDps.Tester, "contoso", RunningDps.Group("Line-A"), null, CancellationToken.None)).Value();
        Assert.Equal("line-a", summary.Id);

        await dps.RestartAsync();

        var group = (await dps.Enrollments.ReadGroupAsync(RunningDps.Tester, "CONTOSO", "LINE-A", CancellationToken.None)).Content();
        Assert.Equal("line-a", group.EnrollmentGroupId);
        Assert.Null(group.Attestation.SymmetricKey!.PrimaryKey);
        var revealed = (
            await dps.Enrollments.RevealAttestationAsync(RunningDps.Tester, "contoso", RecordKind.EnrollmentGroup, "line-a", CancellationToken.None))
            .Content();
        Assert.Equal(64, Convert.FromBase64String(revealed.SymmetricKey!.PrimaryKey!).Length);
    }
}
