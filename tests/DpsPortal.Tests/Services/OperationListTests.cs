using DpsPortal.Services;
using DpsPortal.Services.Operations;

namespace DpsPortal.Tests.Services;

/// <summary>Operations in pages: both ways, narrowed down, with how many there are.</summary>
[StartsHosts]
public sealed class OperationListTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    [Fact]
    public async Task Operations_are_found_by_kind_state_subject_and_person_page_by_page()
    {
        foreach (var name in new[] { "list-a", "list-b", "list-c" })
        {
            await portal.NewInstanceAsync(name);
        }

        await portal.SucceedsAsync(await portal.RotateAsync(await portal.NewKeyAsync()));
        var all = await FindAsync(new OperationQuery());
        var first = await FindAsync(new OperationQuery(OperationKind.CreateInstance, OperationState.Succeeded, "LIST", Count: 2));
        var second = await FindAsync(new OperationQuery(OperationKind.CreateInstance, Search: "list", Before: first.Items[1].Id, Count: 2));
        var back = await FindAsync(new OperationQuery(OperationKind.CreateInstance, Search: "list", After: second.Items[0].Id, Count: 2));

        Assert.Equal((4, OperationKind.Rotate, false), (all.Total, all.Items[0].Kind, all.HasMore));
        Assert.Equal(["list-c", "list-b"], first.Items.Select(operation => operation.Subject));
        Assert.Equal((3, false, true), (first.Total, first.HasNewer, first.HasOlder));
        Assert.Equal(("list-a", true, false), (Assert.Single(second.Items).Subject, second.HasNewer, second.HasOlder));
        Assert.Equal(first.Items.Select(operation => operation.Id), back.Items.Select(operation => operation.Id));
        Assert.Empty((await FindAsync(new OperationQuery(State: OperationState.Failed))).Items);
        Assert.Single((await FindAsync(new OperationQuery(Search: Staff.Custodian.DisplayName))).Items);
    }

    private Task<LogPage<Operation>> FindAsync(OperationQuery query) => portal.Operations.FindAsync(Staff.Auditor, query, CancellationToken.None);
}
