using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Provisioning.Protocols;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Provisioning;

/// <summary>One damaged record, or one damaged page of the file, costs what lies in it and nothing else.</summary>
[StartsHosts]
public sealed class DamagedRecordTests
{
    private const int PageSize = 4096;

    [Fact]
    public async Task A_query_leaves_a_damaged_record_out_names_it_and_goes_on()
    {
        await using var served = await ServedDps.StartedAsync(null);
        for (var number = 0; number < 5; number++)
        {
            await served.PutGroupAsync($"line-{number}");
        }

        Spoil(served.Dps, "line-2");
        (string, string)[] twoAtATime = [("x-ms-max-item-count", "2")];
        var all = await served.ServiceAsync(HttpMethod.Post, "/enrollmentGroups/query", new { query = "*" });
        var second = await served.ServiceAsync(
            HttpMethod.Post, "/enrollmentGroups/query", new { query = "*" },
            headers: [
                .. twoAtATime, (
                    "x-ms-continuation",
                    (await served.ServiceAsync(HttpMethod.Post, "/enrollmentGroups/query", new { query = "*" }, headers: twoAtATime))
                        .Header("x-ms-continuation")!),
            ]);

        Assert.Equal(HttpStatusCode.OK, all.Status);
        Assert.Equal(["line-0", "line-1", "line-3", "line-4"], Ids(all));
        Assert.Equal("1 line-2", all.Header("x-dps-corrupt-records"));
        Assert.Equal(["line-3"], Ids(second));
        Assert.NotNull(second.Header("x-ms-continuation"));
        Assert.Equal(
            (HttpStatusCode.InternalServerError, 500002),
            await served.ServiceAsync(HttpMethod.Get, "/enrollmentGroups/line-2") is var one ? (one.Status, one.Code) : default);
    }

    [Fact]
    public async Task A_damaged_group_keeps_out_its_own_devices_alone_and_does_not_say_that_there_is_none()
    {
        await using var served = await ServedDps.StartedAsync(null);
        var other = Convert.ToBase64String(Enumerable.Repeat((byte)7, 64).ToArray());
        await served.PutGroupAsync(
            "a-damaged", new { attestation = new { type = "symmetricKey", symmetricKey = new { primaryKey = other, secondaryKey = other } } });
        await served.PutGroupAsync("line-a");
        Spoil(served.Dps, "a-damaged");

        var ours = await served.RegisteredAsync("device-one", served.GroupToken("device-one"));
        var theirs = await served.RegisterAsync("device-two", served.DeviceToken("device-two", ServedDps.Derived("device-two", other)));

        Assert.Equal("assigned", (string?)ours.Json!["status"]);
        Assert.Equal((HttpStatusCode.InternalServerError, 500002), (theirs.Status, theirs.Code));
    }

    [Fact]
    public async Task A_damaged_page_costs_the_records_that_lie_in_it()
    {
        const int Count = 600;
        await using var dps = await RunningDps.StartedAsync(new FakeVault().Access);
        await dps.CreatedAsync("contoso");
        await dps.ImportAsync("contoso", Count);
        await dps.RestartAsync();
        DamagePageOf(dps, "device-000300");

        var listed = new List<RecordSummary>();
        string? continuation = null;
        do
        {
            var page = await dps.Enrollments.ListAsync(RunningDps.Tester, "contoso", RecordKind.RegistrationRecord, null, continuation, 200, default);
            listed.AddRange(page.Records);
            continuation = page.Continuation;
        }
        while (continuation is not null);
        var verified = await dps.VerifyAsync("contoso");

        Assert.Equal(Enumerable.Range(0, Count).Select(number => $"device-{number:D6}"), listed.Select(record => record.Id));
        var lost = listed.Where(record => record.Status == RecordSummary.UnreadableStatus).Select(record => record.Id).ToList();
        Assert.Contains("device-000300", lost);
        Assert.InRange(lost.Count, 1, 20);
        Assert.Equal((Count - lost.Count, lost.Count, 0), (verified.ReadOk, verified.Corrupt, verified.Rejected));
        Assert.IsType<RecordRead<RegistrationRecord>.Corrupt>(await dps.ReadAsync("contoso", "device-000300"));
        Assert.IsType<RecordRead<RegistrationRecord>.Found>(await dps.ReadAsync("contoso", "device-000000"));
    }

    private static IEnumerable<string> Ids(Answered answered) => ((JsonArray)answered.Json!).Select(item => (string)item!["enrollmentGroupId"]!);

    private static void Spoil(RunningDps dps, string id)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE Records SET Envelope = randomblob(length(Envelope)) WHERE Id = $id";
        command.Parameters.AddWithValue("$id", id);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    /// <summary>Overwrites the head of the page in which the record's row lies; the index that names it is another page.</summary>
    private static void DamagePageOf(RunningDps dps, string id)
    {
        const byte TableLeaf = 0x0D;
        using var file = new FileStream(Path.Combine(dps.DataDirectory, "dps.db"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var page = Enumerable.Range(1, (bytes.Length / PageSize) - 1).Single(number =>
            bytes[number * PageSize] == TableLeaf && bytes.AsSpan(number * PageSize, PageSize).IndexOf(Encoding.ASCII.GetBytes(id)) >= 0);
        file.Position = page * PageSize;
        file.Write(Enumerable.Repeat((byte)0xFF, 16).ToArray());
    }
}
