using DpsPortal.Benchmarks.Campaigns;
using DpsPortal.Benchmarks.Crash;
using DpsPortal.Benchmarks.Gate;
using DpsPortal.Benchmarks.VaultLoad;

return args switch
{
    ["gate", .. var names] => await GateCommand.RunAsync(names),
    ["campaign", .. var names] => await CampaignCommand.RunAsync(names),
    ["engine-child", .. var rest] => await EngineChild.RunAsync(rest),
    ["crash-child", .. var rest] => await CrashChild.RunAsync(rest),
    ["server-child", var role, var folder] => await ServerChild.RunAsync(role, folder),
    ["vault-child", var folder] => await VaultChild.RunAsync(folder),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine("""
        dotnet run -c Release --project tests/DpsPortal.Benchmarks -- gate [name…]

        Measures each figure beside its limit in this run and prints:  name  ours  limit  ratio  target  pass|fail
        The exit code is the number of figures that failed. Names:
        """ + string.Join(' ', GateCommand.Figures.Select(figure => figure.Name)) + """


        dotnet run -c Release --project tests/DpsPortal.Benchmarks -- campaign [name[=count]…]

        Runs long property, fault and crash runs in full and prints:  name  count  result  pass|fail
        The exit code is the number of campaigns that failed. Names:
        """ + string.Join(' ', CampaignCommand.Campaigns.Keys));
    return 2;
}
