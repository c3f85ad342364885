using System.Net;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>DPS's device API over HTTP: registering with symmetric keys, and looking up what it came to.</summary>
[StartsHosts]
public sealed class DeviceApiTests(RefusingDps refusing) : IClassFixture<RefusingDps>
{
    [Fact]
    public async Task A_device_of_a_group_registers_with_its_derived_key_and_looks_up_its_assignment()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();

        var accepted = await served.RegisterAsync("Meter-1", served.GroupToken("meter-1"));

        Assert.Equal((HttpStatusCode.Accepted, "assigning", "0"), (accepted.Status, (string?)accepted.Json!["status"], accepted.Header("Retry-After")));
        var done = await served.DeviceAsync(HttpMethod.Get, $"meter-1/operations/{accepted.Json["operationId"]}", served.GroupToken("meter-1"));
        Assert.Equal((HttpStatusCode.OK, "assigned"), (done.Status, (string?)done.Json!["status"]));
        var state = done.Json["registrationState"]!;
        Assert.Equal(
            ("meter-1", "meter-1", ServedDps.Hub, "initialAssignment", "line-a"),
            (
                (string?)state["registrationId"], (string?)state["deviceId"], (string?)state["assignedHub"], (string?)state["substatus"],
                (string?)state["symmetricKey"]!["enrollmentGroupId"]));
        Assert.Null(state["enrollmentGroupId"]);

        var status = await served.DeviceAsync(HttpMethod.Post, "meter-1", served.GroupToken("meter-1"), new { registrationId = "meter-1" });
        Assert.Equal((string?)state["etag"], (string?)status.Json!["etag"]);
        var seen = await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1");
        Assert.Equal((string?)state["etag"], (string?)seen.Json!["etag"]);
    }

    /// <summary>The vector of Microsoft's page on symmetric key attestation.</summary>
    [Fact]
    public async Task The_published_vector_of_a_derived_key_registers()
    {
        const string GroupKey = "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";
        const string Device = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6";
        const string DeviceKey = "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=";
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync(
            "vector", new { attestation = new { type = "symmetricKey", symmetricKey = new { primaryKey = GroupKey, secondaryKey = GroupKey } } });

        Assert.Equal(HttpStatusCode.OK, (await served.RegisteredAsync(Device, served.DeviceToken(Device, DeviceKey))).Status);
    }

    [Fact]
    public async Task An_individual_enrollment_comes_first_and_names_the_device()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        await PutIndividualAsync(served, "meter-1");

        Assert.Equal(HttpStatusCode.Unauthorized, (await served.RegisterAsync("meter-1", served.GroupToken("meter-1"))).Status);
        var done = await served.RegisteredAsync("meter-1", served.DeviceToken("meter-1", ServedDps.Derived("own")));

        Assert.Equal("pump-7", (string?)done.Json!["registrationState"]!["deviceId"]);
        var enrollment = await served.ServiceAsync(HttpMethod.Get, "/enrollments/meter-1");
        Assert.Equal("assigned", (string?)enrollment.Json!["registrationState"]!["status"]);
    }

    [Fact]
    public async Task The_secondary_key_works()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        var token = served.DeviceToken("meter-1", ServedDps.Derived("meter-1", ServedDps.Derived("second")));

        Assert.Equal(HttpStatusCode.OK, (await served.RegisteredAsync("meter-1", token)).Status);
    }

    [Theory]
    [InlineData("unknown scope", 404001)]
    [InlineData("no credentials", 401002)]
    [InlineData("not a token", 401002)]
    [InlineData("wrong key", 401002)]
    [InlineData("expired", 401002)]
    [InlineData("another device's resource", 401002)]
    [InlineData("another id in the body", 400001)]
    [InlineData("invalid id", 400004)]
    [InlineData("no api-version", 400001)]
    [InlineData("not json", 400001)]
    [InlineData("an array", 400001)]
    [InlineData("text", 415000)]
    [InlineData("97 KB", 413000)]
    [InlineData("DELETE", 405000)]
    [InlineData("TPM", 400001)]
    [InlineData("unknown operation", 404203)]
    [InlineData("forged operation", 404203)]
    public async Task A_bad_request_of_a_device_has_its_own_code_and_says_what_to_do(string fault, int code)
    {
        var served = refusing.Served;
        var good = served.GroupToken("meter-1");
        var global = "https://global.azure-devices-provisioning.net/";
        var answered = fault switch
        {
            "unknown scope" => await ServedDps.SendAsync(served.Http, HttpMethod.Put, $"{global}0neFFFFFFFF/registrations/meter-1/register", new { }, good),
            "no credentials" => await served.RegisterAsync("meter-1", null),
            "not a token" => await served.RegisterAsync("meter-1", "Bearer abc"),
            "wrong key" => await served.RegisterAsync("meter-1", served.DeviceToken("meter-1", ServedDps.GroupKey)),
            "expired" =>
                await served.RegisterAsync("meter-1", served.DeviceToken("meter-1", ServedDps.Derived("meter-1"), new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero))),
            "another device's resource" => await served.RegisterAsync("meter-1", served.DeviceToken("meter-2", ServedDps.Derived("meter-1"))),
            "another id in the body" => await served.RegisterAsync("meter-1", good, new { registrationId = "meter-2" }),
            "invalid id" => await served.RegisterAsync("meter-1.", good),
            "no api-version" =>
                await ServedDps.SendAsync(served.Http, HttpMethod.Put, $"{global}{served.IdScope}/registrations/meter-1/register?x=1", new { }, good),
            "not json" => await served.RegisterAsync("meter-1", good, "{\"registrationId\":"),
            "an array" => await served.RegisterAsync("meter-1", good, "[]"),
            "text" => await served.RegisterAsync("meter-1", good, new StringContent("{}")),
            "97 KB" => await served.RegisterAsync("meter-1", good, new { payload = new string('x', 97 * 1024) }),
            "DELETE" => await served.DeviceAsync(HttpMethod.Delete, "meter-1/register", good),
            "TPM" => await served.RegisterAsync("with-tpm", served.DeviceToken("with-tpm", ServedDps.GroupKey)),
            "unknown operation" => await served.DeviceAsync(HttpMethod.Get, "meter-1/operations/4.0.unknown", good),
            "forged operation" => await served.DeviceAsync(HttpMethod.Get, $"meter-1/operations/4.0000000000000002.{Guid.NewGuid()}", good),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };

        Assert.Equal((code, code / 1000), (answered.Code, (int)answered.Status));
        Assert.Equal(code.ToString(System.Globalization.CultureInfo.InvariantCulture), answered.Header("x-ms-error-code"));
        Assert.True(answered.Message.Length > 20, answered.Message);
        Assert.True(Guid.TryParse((string?)answered.Json!["trackingId"], out _) && answered.Json["timestampUtc"] is not null);
        Assert.IsType<RecordRead<RegistrationRecord>.NotFound>(await served.Dps.ReadAsync(ServedDps.Instance, "meter-1"));
    }

    [Fact]
    public async Task A_device_that_nobody_enrolled_is_404201()
    {
        await using var served = await ServedDps.StartedAsync(null);

        Assert.Equal(
            (HttpStatusCode.NotFound, 404201),
            (await served.RegisterAsync("meter-1", served.GroupToken("meter-1"))) is var answered ? (answered.Status, answered.Code) : default);
    }

    [Fact]
    public async Task An_operation_is_found_after_a_restart()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        var accepted = await served.RegisterAsync("meter-1", served.GroupToken("meter-1"));

        await served.Dps.RestartAsync();
        await served.ConnectAsync();

        var done = await served.DeviceAsync(HttpMethod.Get, $"meter-1/operations/{accepted.Json!["operationId"]}", served.GroupToken("meter-1"));
        Assert.Equal("assigned", (string?)done.Json!["status"]);
    }

    private static async Task PutIndividualAsync(ServedDps served, string id)
    {
        var key = ServedDps.Derived("own");
        var answered = await served.ServiceAsync(
            HttpMethod.Put, $"/enrollments/{id}",
            new { registrationId = id, deviceId = "pump-7", attestation = new { type = "symmetricKey",
                symmetricKey = new { primaryKey = key, secondaryKey = key } } });
        Assert.Equal(HttpStatusCode.OK, answered.Status);
    }
}
